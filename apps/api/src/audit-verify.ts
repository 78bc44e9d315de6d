import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKPOINTS_FILE } from './audit-log/sealing/checkpoint-file.js';
import { SIGNING_KEY_FILE } from './audit-log/sealing/kept-signing-key.js';
import { printable } from './audit-proof/printable.js';
import { noteSigner } from './audit-proof/signed-note.js';
import { readTrustedKeys, type TrustedKey } from './audit-verification/checkpoint-keys.js';
import { verifyDatabase } from './audit-verification/database-verification.js';
import { verifyExport } from './audit-verification/export-verification.js';
import { progressOn } from './audit-verification/progress.js';
import { EXIT, type Verdict } from './audit-verification/report.js';
import { createLogger } from './common/logging.js';
import { type AppConfig, loadConfig } from './config/app-config.js';
import { readEnvironment } from './config/environment.js';
import { locateData } from './database/embedded/data-directory.js';
import { describeDatabase, openDatabase } from './database/prepare-database.js';
import { explainFailure } from './start-failure.js';

/**
 * `npm run audit:verify`: verifies that the audit log still is what was sealed. It uses the database of the
 * environment, or works offline on an export: `-- --export FILE --checkpoints FILE --public-key FILE`. Exit 0: intact;
 * 1: inconclusive; 2: tampering. It changes nothing, and prints no character of the log or of a file that could move a
 * terminal's cursor.
 */
const USAGE = `Usage: npm run audit:verify
       npm run audit:verify -- [--checkpoints FILE] [--public-key FILE …]
       npm run audit:verify -- --export FILE --checkpoints FILE --public-key FILE …
--public-key may be given more than once, where the signing key was changed.`;

class UsageError extends Error {}

try {
  const options = readOptions();
  const verdict =
    options.export === undefined
      ? await ofDatabase(options)
      : await ofExport({ ...options, export: options.export });
  process.stdout.write(verdict.text);
  process.exitCode = verdict.exitCode;
} catch (error) {
  const lines = (error instanceof UsageError ? error.message : explainFailure(error)).split('\n');
  const usage = error instanceof UsageError ? `${USAGE}\n` : '';
  process.stderr.write(`Nothing was verified: ${lines.map(printable).join('\n')}\n${usage}`);
  process.exitCode = EXIT.inconclusive;
}

interface Options {
  export: string | undefined;
  checkpoints: string | undefined;
  publicKeys: readonly string[];
}

function readOptions(): Options {
  let values: { export?: string; checkpoints?: string; 'public-key'?: string[] };
  try {
    ({ values } = parseArgs({
      options: {
        export: { type: 'string' },
        checkpoints: { type: 'string' },
        'public-key': { type: 'string', multiple: true },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { export: exported, checkpoints, 'public-key': publicKeys = [] } = values;
  if (exported !== undefined && (checkpoints === undefined || publicKeys.length === 0)) {
    throw new UsageError('--export needs --checkpoints and --public-key');
  }
  for (const path of [exported, checkpoints, ...publicKeys]) {
    if (path !== undefined && !existsSync(path)) throw new UsageError(`there is no file ${path}`);
  }
  return { export: exported, checkpoints, publicKeys };
}

async function ofExport({
  export: path,
  checkpoints = '',
  publicKeys,
}: Options & { export: string }): Promise<Verdict> {
  const trusted = await readTrustedKeys(publicKeys);
  return await verifyExport(path, { trusted, checkpoints, progress: progressOn(process.stderr) });
}

async function ofDatabase({ checkpoints, publicKeys }: Options): Promise<Verdict> {
  // A verifier does not need the settings that a server requires in production.
  const { NODE_ENV: _, ...environment } = readEnvironment();
  const { config } = await locateData({ ...loadConfig(environment), logLevel: 'warn' as const });
  const trusted = publicKeys.length > 0 ? await readTrustedKeys(publicKeys) : await keysOf(config);
  const kept = checkpoints ?? join(config.dataDir, CHECKPOINTS_FILE);
  const database = await openDatabase(config, createLogger(config));
  process.stderr.write(`Using ${describeDatabase(config)}.\n`);
  try {
    return await verifyDatabase(database.connection, {
      trusted,
      checkpoints: kept,
      progress: progressOn(process.stderr),
    });
  } finally {
    await database.stop();
  }
}

/** The public parts of the current and previous signing keys of the server with this environment. */
async function keysOf({ auditSigningKey, auditSigningKeyPrevious, dataDir }: AppConfig): Promise<TrustedKey> {
  const kept = join(dataDir, SIGNING_KEY_FILE);
  if (auditSigningKey === undefined && !existsSync(kept)) {
    throw new UsageError(
      `there is no key: --public-key is not given, AUDIT_SIGNING_KEY is not set, and ${kept} does not exist`,
    );
  }
  const present = auditSigningKey ?? (await readFile(kept, 'utf8'));
  const pems = auditSigningKeyPrevious === undefined ? [present] : [present, auditSigningKeyPrevious];
  return { publicKeys: pems.map((pem) => noteSigner('any', pem).publicKey), origin: undefined };
}
