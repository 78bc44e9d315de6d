import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage/stage.js';

/** A statement as Postgres received it: its text with `$1` …, and the values, null or text. */
export interface SentStatement {
  text: string;
  values: (string | null)[];
}

/**
 * Reads the statement that the server sends for a request from the log of Postgres. So the measurement without HTTP uses the
 * same statement, even after the code has changed.
 *
 * @param marker a value that no other statement at that time has
 */
export async function captureStatement(
  stage: Stage,
  marker: string,
  request: () => Promise<void>,
): Promise<SentStatement> {
  const path = join(stage.dataDir, 'postgres', 'server.log');
  const { size } = await stat(path);
  await setting(stage, "ALTER SYSTEM SET log_min_duration_statement = '0'");
  await request();
  await setting(stage, 'ALTER SYSTEM RESET log_min_duration_statement');
  const found = entries((await readFile(path)).subarray(size).toString('utf8')).find(({ values }) =>
    values.includes(marker),
  );
  if (found === undefined) throw new Error('Postgres has not logged the statement');
  return found;
}

async function setting(stage: Stage, statement: string): Promise<void> {
  await stage.registry.query(statement);
  await stage.registry.query('SELECT pg_reload_conf()');
  // After the signal, each session reads the settings again before its next statement.
  await sleep(300);
}

/** A statement without parameters has no DETAIL. Further lines of a statement begin with a tab. */
const EXECUTED =
  /LOG: {2}duration: [\d.]+ ms {2}execute [^:]+: ([^\n]*(?:\n\t[^\n]*)*)\n[^\n\t]*DETAIL: {2}Parameters: ([^\n]*)/g;
const PARAMETER = /\$\d+ = (NULL|'(?:[^']|'')*')/g;

function entries(log: string): SentStatement[] {
  return [...log.matchAll(EXECUTED)].map(([, text = '', parameters = '']) => ({
    text: text.replaceAll('\n\t', '\n'),
    values: [...parameters.matchAll(PARAMETER)].map(([, value = 'NULL']) =>
      value === 'NULL' ? null : value.slice(1, -1).replaceAll("''", "'"),
    ),
  }));
}
