import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKPOINTS_FILE, CheckpointFile } from './audit-log/sealing/checkpoint-file.js';
import { type Continuation, continueSealing, MAX_REASON_LENGTH } from './audit-log/sealing/continuation.js';
import { SIGNING_KEY_FILE } from './audit-log/sealing/kept-signing-key.js';
import { signingKeys } from './audit-log/sealing/signing-keys.js';
import { type PublishedCheckpoint } from './audit-proof/checkpoint-line.js';
import { checkpointsFile } from './audit-verification/checkpoints-file.js';
import { Findings } from './audit-verification/finding.js';
import { createLogger } from './common/logging.js';
import { type AppConfig, loadConfig } from './config/app-config.js';
import { readEnvironment } from './config/environment.js';
import { locateData } from './database/embedded/data-directory.js';
import { describeDatabase, prepareDatabase } from './database/prepare-database.js';
import { explainFailure } from './start-failure.js';

/**
 * `npm run audit:continue -- --reason "…"`: signs a continuation of the audit log after a fail-over, an upgrade or a
 * recovery. It needs the environment of the server. `--checkpoints FILE` names a shipped copy of the checkpoints, if
 * the copy has more than DATA_DIR.
 */
const USAGE = 'Usage: npm run audit:continue -- --reason TEXT [--checkpoints FILE]';

class UsageError extends Error {}

try {
  const { reason, checkpoints } = readOptions();
  const { config } = await locateData({ ...loadConfig(readEnvironment()), logLevel: 'warn' as const });
  const keys = signingKeys(await signingKeyOf(config), config.auditSigningKeyPrevious);
  const file = new CheckpointFile(join(config.dataDir, CHECKPOINTS_FILE));
  const published = await newest(file, checkpoints);
  const database = await prepareDatabase(config, createLogger(config), { create: false });
  process.stderr.write(`Using ${describeDatabase(config)}.\n`);
  try {
    process.stdout.write(
      wordsOf(await continueSealing(database.connection, keys, { published, file, reason })),
    );
  } finally {
    await database.stop();
  }
} catch (error) {
  const said = error instanceof UsageError ? `${error.message}\n${USAGE}` : explainFailure(error);
  process.stderr.write(`The log was not continued: ${said}\n`);
  process.exitCode = 1;
}

function readOptions(): { reason: string; checkpoints: string | undefined } {
  let values: { reason?: string; checkpoints?: string };
  try {
    ({ values } = parseArgs({ options: { reason: { type: 'string' }, checkpoints: { type: 'string' } } }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { reason = '', checkpoints } = values;
  if (reason.trim() === '' || reason.length > MAX_REASON_LENGTH) {
    throw new UsageError(`--reason is required, with at most ${MAX_REASON_LENGTH} characters`);
  }
  if (checkpoints !== undefined && !existsSync(checkpoints)) {
    throw new UsageError(`--checkpoints: there is no file ${checkpoints}`);
  }
  return { reason: reason.trim(), checkpoints };
}

async function signingKeyOf({ auditSigningKey, dataDir }: AppConfig): Promise<string> {
  const kept = join(dataDir, SIGNING_KEY_FILE);
  if (auditSigningKey !== undefined) return auditSigningKey;
  if (existsSync(kept)) return await readFile(kept, 'utf8');
  throw new UsageError(`there is no signing key: AUDIT_SIGNING_KEY is not set, and ${kept} does not exist`);
}

/** Never changes a shipped copy, not even to remove an incomplete line. */
async function newest(
  file: CheckpointFile,
  shipped: string | undefined,
): Promise<PublishedCheckpoint | undefined> {
  let last = await file.last();
  if (shipped === undefined) return last;
  const { all } = await checkpointsFile(shipped, new Findings());
  for await (const it of all) if (it.seq > (last?.seq ?? -1)) last = it;
  return last;
}

function wordsOf({ seq, after, lost }: Continuation): string {
  const losses =
    lost === undefined
      ? ''
      : ` ${lost.checkpoints} published checkpoints after it are not in this database, and the last of them covered ${lost.records} more ` +
        'records: these are lost. Keep the checkpoints file: it proves the loss.';
  return `The log continues with checkpoint ${seq}, after checkpoint ${after}.${losses} Running servers seal again within 10 s.\n`;
}
