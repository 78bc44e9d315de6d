/**
 * Settings of a database that are all legal, and unlike those that PostgreSQL starts with. A server that relies on a default fails on
 * them. Its texts are compared, and turned into lower case, by the rules of Turkish (ICU), not by bytes.
 */
const COMMON = {
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  standard_conforming_strings: 'off',
  bytea_output: 'escape',
  extra_float_digits: '-5',
  array_nulls: 'off',
  transform_null_equals: 'on',
  jit: 'on',
  search_path: 'pg_catalog',
};

export const HOSTILE_SETTINGS = {
  east: { ...COMMON, TimeZone: 'Asia/Shanghai' },
  west: { ...COMMON, TimeZone: 'America/New_York' },
};

/** For `CREATE DATABASE … TEMPLATE template0`. */
export const HOSTILE_LOCALE = `LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LC_COLLATE 'C' LC_CTYPE 'C'`;

/** The statements that make a database hostile. */
export function hostileStatements(database, settings) {
  return Object.entries(settings).map(
    ([name, value]) => `ALTER DATABASE ${database} SET ${name} = '${value}'`,
  );
}
