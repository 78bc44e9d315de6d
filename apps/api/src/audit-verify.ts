import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noteSigner } from './audit-log/proof/signed-note.js';
import { CHECKPOINTS_FILE } from './audit-log/sealing/checkpoint-file.js';
import { SIGNING_KEY_FILE } from './audit-log/sealing/kept-signing-key.js';
import { type TrustedKey, trustedKey } from './audit-log/verification/checkpoint-check.js';
import { verifyDatabase, verifyExport } from './audit-log/verification/log-verification.js';
import { EXIT, type Verdict } from './audit-log/verification/report.js';
import { createLogger } from './common/logging.js';
import { loadConfig } from './config/app-config.js';
import { readEnvironment } from './config/environment.js';
import { prepareDatabase } from './database/prepare-database.js';
import { explainFailure } from './start-failure.js';

/*
 * `npm run audit:verify`: whether the audit log is what was sealed. On the database of the environment, or offline on an export:
 * `-- --export FILE --checkpoints FILE --public-key FILE`. Exit 0: it holds; 1: it could not be told; 2: tampering.
 */
const USAGE = `Usage: npm run audit:verify
       npm run audit:verify -- [--checkpoints FILE] [--public-key FILE]
       npm run audit:verify -- --export FILE --checkpoints FILE --public-key FILE`;

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
  const reason = error instanceof UsageError ? `${error.message}\n${USAGE}` : explainFailure(error);
  process.stderr.write(`Nothing was verified: ${reason}\n`);
  process.exitCode = EXIT.couldNotRun;
}

interface Options {
  export: string | undefined;
  checkpoints: string | undefined;
  publicKey: string | undefined;
}

function readOptions(): Options {
  let values: { export?: string; checkpoints?: string; 'public-key'?: string };
  try {
    ({ values } = parseArgs({
      options: {
        export: { type: 'string' },
        checkpoints: { type: 'string' },
        'public-key': { type: 'string' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const options = { export: values.export, checkpoints: values.checkpoints, publicKey: values['public-key'] };
  if (
    options.export !== undefined &&
    (options.checkpoints === undefined || options.publicKey === undefined)
  ) {
    throw new UsageError('an export is verified with --checkpoints and --public-key');
  }
  for (const [name, path] of Object.entries(options)) {
    if (path !== undefined && !existsSync(path)) throw new UsageError(`${name}: there is no file ${path}`);
  }
  return options;
}

async function ofExport({
  export: path,
  checkpoints = '',
  publicKey = '',
}: Options & { export: string }): Promise<Verdict> {
  const trusted = trustedKey(await readFile(publicKey, 'utf8'));
  return await verifyExport(path, { trusted, checkpoints, progress: progressBar() });
}

async function ofDatabase({ checkpoints, publicKey }: Options): Promise<Verdict> {
  // Who verifies need not know what a server in production must.
  const { NODE_ENV: _, ...environment } = readEnvironment();
  const config = { ...loadConfig(environment), logLevel: 'warn' as const };
  const trusted = await keyOf(config, publicKey);
  const kept = checkpoints ?? join(config.dataDir, CHECKPOINTS_FILE);
  const database =
    config.databaseUrl === undefined
      ? await prepareDatabase(config, createLogger(config))
      : { connection: { url: config.databaseUrl }, stop: async () => undefined };
  try {
    return await verifyDatabase(database.connection, {
      trusted,
      checkpoints: kept,
      progress: progressBar(),
    });
  } finally {
    await database.stop();
  }
}

/** Given as a file; else the public half of the key that the server of this environment signs with. */
async function keyOf(
  { auditSigningKey, dataDir }: { auditSigningKey?: string; dataDir: string },
  path: string | undefined,
): Promise<TrustedKey> {
  if (path !== undefined) return trustedKey(await readFile(path, 'utf8'));
  const kept = join(dataDir, SIGNING_KEY_FILE);
  if (auditSigningKey === undefined && !existsSync(kept)) {
    throw new UsageError(
      `without --public-key the key is AUDIT_SIGNING_KEY or ${kept}, and there is neither`,
    );
  }
  const { publicKey } = noteSigner('any', auditSigningKey ?? (await readFile(kept, 'utf8')));
  return { publicKey, origin: undefined };
}

/** Says on stderr how far it is, every other second. */
function progressBar(): (step: string, done: number, total?: number) => void {
  const began = performance.now();
  let said = began;
  return (step, done, total) => {
    const now = performance.now();
    if (now - said < 2_000) return;
    said = now;
    const of = total === undefined ? '' : ` of about ${total}`;
    process.stderr.write(`${step}: ${done}${of}, after ${Math.round((now - began) / 1_000)} s\n`);
  };
}
