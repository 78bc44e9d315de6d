import type { TestApp } from './app.js';

/**
 * All state that a request could change: how many rows each table has, and which transaction wrote to it last. All tables count but
 * the log, what is made from it, and when keys were used.
 */
export async function stateOf({ database }: TestApp): Promise<Record<string, string>> {
  const { rows: tables } = await database.owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_catalog.pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname !~ '^(audit_|_prisma|coordinator_key_uses$|operator_uses$|operator_session_uses$)'
     ORDER BY relname`,
  );
  const latest = tables.map(
    ({ name }) =>
      `(SELECT concat(count(*), ' rows, last of ', max(xmin::text::bigint)) FROM public.${name}) AS ${name}`,
  );
  const { rows } = await database.owner.query<Record<string, string>>(
    `SELECT ${latest.join(', ')},
       (SELECT count(*) FROM public.audit_log WHERE outcome = 'SUCCESS') AS successes`,
  );
  return rows[0] ?? {};
}
