import { expect } from '@jest/globals';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  insertId,
  insertJob,
  insertKey,
  insertWorkspace,
} from './audit-fixture.js';

/** What an attack may aim at: names and ids. */
export interface Targets {
  partition: string;
  workspace: string;
  otherWorkspace: string;
  coordinator: string;
  deletedCoordinator: string;
  key: string;
  revokedKey: string;
  operator: string;
  deletedOperator: string;
  job: string;
  owner: string;
}

/** No privilege; no context, or not this change; or a context of no JSON. A typing error would be another code. */
const REFUSED = /^(42501|AU00[123]|22P02)$/;

/** A name, and the statements of one session; the last one has to be refused. */
export type Attack = [name: string, statements: (it: Targets) => string[]];

export async function prepareTargets(database: AuditDatabase): Promise<Targets> {
  const { api, owner } = database;
  const workspace = await insertWorkspace(api);
  const coordinator = await insertCoordinator(api);
  const deletedCoordinator = await insertCoordinator(api);
  const key = await insertKey(api, coordinator);
  const revokedKey = await insertKey(api, coordinator);
  const operator = await insertOperator(database);
  const deletedOperator = await insertOperator(database);
  for (const change of [
    `UPDATE public.coordinators SET status = 'DELETED' FROM ctx WHERE ctx.ready AND id = '${deletedCoordinator}'`,
    `UPDATE public.coordinator_keys SET revoked_at = now() FROM ctx WHERE ctx.ready AND id = '${revokedKey}'`,
    `UPDATE public.coordinator_keys SET rotated_at = now(), expires_at = now() FROM ctx WHERE ctx.ready AND id = '${key}'`,
    `UPDATE public.operators SET deleted_at = now() FROM ctx WHERE ctx.ready AND id = '${deletedOperator}'`,
  ]) {
    await api.query(`${AS_SYSTEM} ${change}`);
  }
  const { rows: names } = await owner.query<{ partition: string; owner: string }>(
    'SELECT tableoid::regclass::text AS partition, current_user::text AS owner FROM public.audit_log LIMIT 1',
  );
  if (names[0] === undefined) throw new Error('the log is empty');
  return {
    ...names[0],
    workspace,
    otherWorkspace: await insertWorkspace(api),
    coordinator,
    deletedCoordinator,
    key,
    revokedKey,
    operator,
    deletedOperator,
    job: await insertJob(api, workspace, coordinator),
  };
}

function insertOperator(database: AuditDatabase): Promise<string> {
  return insertId(
    database.api,
    `INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT gen_random_uuid()::text, 'OPERATOR', public.uuid_v7(), gen_random_uuid()::text, 'a-secret-hash' FROM ctx`,
  );
}

/** Everything the log holds, and everything it is about. */
async function digest(database: AuditDatabase): Promise<string | undefined> {
  const tables = [
    'audit_log',
    'audit_leaves',
    'audit_tree_nodes',
    'audit_checkpoints',
    'jobs',
    'job_attempts',
    'coordinators',
    'coordinator_keys',
    'coordinator_workspaces',
    'operators',
    'workspaces',
    'workspace_repositories',
  ];
  const parts = tables.map(
    (
      table,
    ) => `SELECT '${table}' AS name, md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS hash
      FROM public.${table} AS t`,
  );
  const { rows } = await database.superuser.query<{ digest: string }>(
    `SELECT string_agg(name || hash, ' ' ORDER BY name) AS digest FROM (${parts.join(' UNION ALL ')}) AS part`,
  );
  return rows[0]?.digest;
}

/** Refused, with the log and all that it is about as they were. */
export async function expectRefused(database: AuditDatabase, statements: string[]): Promise<void> {
  const before = await digest(database);
  const client = await database.api.connect();
  try {
    for (const statement of statements.slice(0, -1)) await client.query(statement);
    await expect(client.query(statements.at(-1) ?? '')).rejects.toMatchObject({
      code: expect.stringMatching(REFUSED),
    });
    await client.query('ROLLBACK');
  } finally {
    client.release(true);
  }
  expect(await digest(database)).toBe(before);
}

export const inContext = (change: string) => `${AS_SYSTEM} ${change}`;
