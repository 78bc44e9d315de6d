import type pg from 'pg';
import { DatabaseNotReadyError } from './database-not-ready.error.js';

/**
 * The settings that every session of ours relies on, independent of the defaults of the server, the database or the
 * login. The values are in the form that `current_setting` returns.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  // Times are written and read in UTC and in ISO 8601.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  // The statements decide what a writer sees after it waited for a row; see docs/adr/0002.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // How values are written and read.
  standard_conforming_strings: 'on',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  transform_null_equals: 'off',
  search_path: 'public',
};

/** The settings as start-up options: `-c name=value …`. Each space and backslash of a value is escaped. */
export const SESSION_OPTIONS = Object.entries(SESSION_SETTINGS)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, String.raw`\$&`)}`)
  .join(' ');

/**
 * Checks that a session has the settings of its start-up options. A connection pooler may have dropped them.
 *
 * @param place the database's address, without a password
 * @throws DatabaseNotReadyError names each setting that differs
 */
export async function requireSessionSettings(client: pg.Client, place: string): Promise<void> {
  const { rows } = await client.query<{ name: string; value: string | null }>(
    'SELECT name, current_setting(name, true) AS value FROM unnest($1::text[]) AS name',
    [Object.keys(SESSION_SETTINGS)],
  );
  const differing = rows.filter(({ name, value }) => value !== SESSION_SETTINGS[name]);
  if (differing.length === 0) return;
  const list = differing.map(({ name, value }) => `${name} is ${value}, not ${SESSION_SETTINGS[name]}`);
  throw new DatabaseNotReadyError(
    `the sessions of ${place} do not have the settings that the server asks for when it connects (${list.join('; ')}). ` +
      'A connection pooler such as PgBouncer drops the start-up parameter "options": connect to PostgreSQL directly, or make ' +
      'the pooler pass it on',
  );
}
