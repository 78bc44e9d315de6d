import type pg from 'pg';
import { Prisma } from '../generated/prisma/client.js';
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
  // A page of a log of 10 million records is estimated to be expensive, and reads 100 rows. To compile its plan takes seconds.
  jit: 'off',
};

/** The settings as start-up options: `-c name=value …`. Each space and backslash of a value is escaped. */
export const SESSION_OPTIONS = Object.entries(SESSION_SETTINGS)
  .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, String.raw`\$&`)}`)
  .join(' ');

export interface SettingInForce {
  name: string;
  value: string | null;
}

/** The settings that a session has, of those that we rely on. */
export const SETTINGS_IN_FORCE = Prisma.sql`
  SELECT name, current_setting(name, true) AS value FROM unnest(${Object.keys(SESSION_SETTINGS)}::text[]) AS name`;

/** Each setting that differs, in words; empty if none does. */
export function differingSettings(inForce: readonly SettingInForce[]): string {
  return inForce
    .filter(({ name, value }) => value !== SESSION_SETTINGS[name])
    .map(({ name, value }) => `${name} is ${value}, not ${SESSION_SETTINGS[name]}`)
    .join('; ');
}

/**
 * Checks that a session has the settings of its start-up options. A connection pooler may have dropped them.
 *
 * @param place the database's address, without a password
 * @throws DatabaseNotReadyError names each setting that differs
 */
export async function requireSessionSettings(client: pg.Client, place: string): Promise<void> {
  const { rows } = await client.query<SettingInForce>(SETTINGS_IN_FORCE.text, SETTINGS_IN_FORCE.values);
  const differing = differingSettings(rows);
  if (differing === '') return;
  throw new DatabaseNotReadyError(
    `the sessions of ${place} do not have the settings that the server asks for when it connects (${differing}). ` +
      'A connection pooler such as PgBouncer drops the start-up parameter "options": connect to PostgreSQL directly, or make ' +
      'the pooler pass it on',
  );
}
