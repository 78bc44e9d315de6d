import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage/stage.js';

/** A statement as Postgres got it: its text with `$1` …, and the values, null or text. */
export interface SentStatement {
  text: string;
  values: (string | null)[];
}

/**
 * The statement that a request makes the server send, as Postgres's own log has it: so what is measured without HTTP is what
 * is sent with it, whatever becomes of the code.
 *
 * @param marker a value that no other statement of that moment has
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
  // Each session reads the settings anew before its next statement, once the signal has got there.
  await sleep(300);
}

const EXECUTED =
  /LOG: {2}duration: [\d.]+ ms {2}execute [^:]+: (.*?)\n[^\n\t]*DETAIL: {2}Parameters: ([^\n]*)/gs;
const PARAMETER = /\$\d+ = (NULL|'(?:[^']|'')*')/g;

function entries(log: string): SentStatement[] {
  return [...log.matchAll(EXECUTED)].map(([, text = '', parameters = '']) => ({
    text: text.replaceAll('\n\t', '\n'),
    values: [...parameters.matchAll(PARAMETER)].map(([, value = 'NULL']) =>
      value === 'NULL' ? null : value.slice(1, -1).replaceAll("''", "'"),
    ),
  }));
}
