import { afterAll, beforeAll, describe, it } from '@jest/globals';
import {
  type Attack,
  expectRefused,
  inContext,
  prepareTargets,
  type Targets,
} from './audit-attack-fixture.js';
import { AS_SYSTEM, type AuditDatabase, openAuditDatabase } from './audit-fixture.js';

let database: AuditDatabase;
let targets: Targets;

beforeAll(async () => {
  database = await openAuditDatabase();
  targets = await prepareTargets(database);
});

afterAll(() => database?.close());

const CONTEXT = {
  actorType: 'COORDINATOR',
  actorId: '00000000-0000-7000-8000-000000000001',
  actorName: 'somebody',
  keyId: '00000000-0000-7000-8000-000000000002',
  requestId: 'a-request',
};

type Context = { [Member in keyof typeof CONTEXT]: string | null };

const NOW = 'extract(epoch FROM statement_timestamp())';

/** The text of an audit context, as SQL. */
function contextText(context: Context, at = NOW): string {
  const members = Object.values(context).map((it) => (it === null ? 'NULL' : `'${it}'`));
  return `ROW(${at}, ${members.join(', ')}, NULL, NULL, NULL)::text`;
}

/** Changes a job under a context written by hand. */
function underContext(job: string, text: string): string {
  return `WITH ctx AS MATERIALIZED (SELECT set_config('audit.context', ${text}, true) IS NOT NULL AS ready)
    UPDATE public.jobs SET rev = rev + 1, status = 'CANCELLED' FROM ctx WHERE ctx.ready AND id = '${job}'`;
}

const without = (member: keyof Context) => contextText({ ...CONTEXT, [member]: null });
const withMember = (member: Partial<Context>) => contextText({ ...CONTEXT, ...member });
const cancelled = (job: string) =>
  `UPDATE public.jobs SET rev = rev + 1, status = 'CANCELLED' WHERE id = '${job}'`;

const ON_JOBS: Attack[] = [
  ['without a context', (it) => [cancelled(it.job)]],
  [
    'with the context of an earlier statement',
    (it) => ['BEGIN', `${AS_SYSTEM} SELECT * FROM ctx`, cancelled(it.job)],
  ],
  [
    'with the context of an earlier change',
    (it) => [
      'BEGIN',
      inContext(
        `UPDATE public.workspaces SET name = 'x' FROM ctx WHERE ctx.ready AND id = '${it.workspace}'`,
      ),
      cancelled(it.job),
    ],
  ],
  [
    'with a context left in the session',
    (it) => [`SELECT set_config('audit.context', ${contextText(CONTEXT)}, false)`, cancelled(it.job)],
  ],
  ['with a context that the statement does not use', (it) => [`${AS_SYSTEM} ${cancelled(it.job)}`]],
  ['with a context that is no record', (it) => [underContext(it.job, "'no record'")]],
  ['with an empty context', (it) => [underContext(it.job, "''")]],
  ['with a context that has too few members', (it) => [underContext(it.job, "'(1)'")]],
  ['with a context without a time', (it) => [underContext(it.job, contextText(CONTEXT, 'NULL'))]],
  [
    'with a context of another time',
    (it) => [underContext(it.job, contextText(CONTEXT, `${NOW} - 0.000001`))],
  ],
  ['by an anonymous actor', (it) => [underContext(it.job, withMember({ actorType: 'ANONYMOUS' }))]],
  ['by an unknown type of actor', (it) => [underContext(it.job, withMember({ actorType: 'coordinator' }))]],
  ['by an actor without a type', (it) => [underContext(it.job, without('actorType'))]],
  ['by an actor without an id', (it) => [underContext(it.job, without('actorId'))]],
  ['by an actor without a name', (it) => [underContext(it.job, without('actorName'))]],
  ['by an actor with an empty name', (it) => [underContext(it.job, withMember({ actorName: '' }))]],
  ['by an actor without a key', (it) => [underContext(it.job, without('keyId'))]],
  ['by an actor without a request', (it) => [underContext(it.job, without('requestId'))]],
  ['by SYSTEM with an actor id', (it) => [underContext(it.job, withMember({ actorType: 'SYSTEM' }))]],
  ['without a rev', (it) => [job(it, "status = 'CANCELLED'")]],
  ['skipping a rev', (it) => [job(it, "status = 'CANCELLED', rev = rev + 2")]],
  ['going back a rev', (it) => [job(it, "status = 'CANCELLED', rev = rev - 1")]],
  ['giving it another id', (it) => [job(it, 'rev = rev + 1, id = gen_random_uuid()')]],
  ['giving it another workspace', (it) => [job(it, `rev = rev + 1, workspace_id = '${it.otherWorkspace}'`)]],
  ['giving it another creator', (it) => [job(it, `rev = rev + 1, created_by = '${it.deletedCoordinator}'`)]],
  [
    'with a change hidden in a renewed lease',
    (it) => [job(it, "lease_expires_at = now(), current_step = 'x'")],
  ],
  ['DELETE', (it) => [inContext(`DELETE FROM public.jobs USING ctx WHERE ctx.ready AND id = '${it.job}'`)]],
  ['TRUNCATE', () => ['TRUNCATE public.jobs CASCADE']],
  [
    'INSERT without a context',
    (it) => [
      `INSERT INTO public.jobs (workspace_id, type, origin, created_by) VALUES ('${it.workspace}', 'x', 'API', '${it.coordinator}')`,
    ],
  ],
  [
    'INSERT of a RUNNING job',
    (it) => [
      inContext(
        `INSERT INTO public.jobs (workspace_id, type, origin, created_by, rev) SELECT '${it.workspace}', 'x', 'API', '${it.coordinator}', 7 FROM ctx`,
      ),
    ],
  ],
  [
    'INSERT of an attempt that did not happen',
    (it) => [
      inContext(
        `INSERT INTO public.job_attempts (job_id, attempt, status, progress_percent, tokens_used, started_at, ended_at) SELECT '${it.job}', 1, 'COMPLETED', 1, 1, now(), now() FROM ctx`,
      ),
    ],
  ],
  ['UPDATE of a past attempt', () => ["UPDATE public.job_attempts SET status = 'COMPLETED'"]],
];

function job({ job }: Targets, set: string): string {
  return inContext(`UPDATE public.jobs SET ${set} FROM ctx WHERE ctx.ready AND id = '${job}'`);
}

function row(table: string, id: string, set: string): string {
  return inContext(`UPDATE public.${table} SET ${set} FROM ctx WHERE ctx.ready AND id = '${id}'`);
}

const ON_THE_REGISTRY: Attack[] = [
  [
    'another secret for a key',
    (it) => [row('coordinator_keys', it.key, "secret_hash = 'x', rotated_at = now()")],
  ],
  ['another kid for a key', (it) => [row('coordinator_keys', it.key, "kid = 'x', rotated_at = now()")]],
  [
    'a key of another coordinator',
    (it) => [row('coordinator_keys', it.key, `coordinator_id = '${it.deletedCoordinator}'`)],
  ],
  [
    'a longer life for a key',
    (it) => [row('coordinator_keys', it.key, "expires_at = now() + interval '1 year'")],
  ],
  ['an unlimited life for a key', (it) => [row('coordinator_keys', it.key, 'expires_at = NULL')]],
  ['un-revoke a key', (it) => [row('coordinator_keys', it.revokedKey, 'revoked_at = NULL')]],
  ['delete a key', (it) => [`DELETE FROM public.coordinator_keys WHERE id = '${it.key}'`]],
  [
    'issue a key without a record',
    (it) => [
      `INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash) VALUES ('${it.coordinator}', 'x', 'x')`,
    ],
  ],
  ['undelete a coordinator', (it) => [row('coordinators', it.deletedCoordinator, "status = 'ACTIVE'")]],
  ['another id for a coordinator', (it) => [row('coordinators', it.coordinator, 'id = gen_random_uuid()')]],
  ['delete a coordinator', (it) => [`DELETE FROM public.coordinators WHERE id = '${it.coordinator}'`]],
  [
    'change permissions without a record',
    (it) => [`UPDATE public.coordinators SET permissions = '{jobs:read}' WHERE id = '${it.coordinator}'`],
  ],
  [
    'add a workspace without a record',
    (it) => [`INSERT INTO public.coordinator_workspaces VALUES ('${it.coordinator}', '${it.workspace}')`],
  ],
  ['undelete an operator', (it) => [row('operators', it.deletedOperator, 'deleted_at = NULL')]],
  [
    'create an ADMIN without a record',
    (it) => [`UPDATE public.operators SET role = 'ADMIN' WHERE id = '${it.operator}'`],
  ],
  ['delete an operator', (it) => [`DELETE FROM public.operators WHERE id = '${it.operator}'`]],
  ['another id for a workspace', (it) => [row('workspaces', it.otherWorkspace, 'id = gen_random_uuid()')]],
  [
    'add a repository without a record',
    (it) => [`INSERT INTO public.workspace_repositories VALUES ('a/b', '${it.workspace}')`],
  ],
];

describe('the API login', () => {
  it.each(ON_JOBS)('cannot change a job: %s', (_, statements) =>
    expectRefused(database, statements(targets)),
  );
  it.each(ON_THE_REGISTRY)('cannot change the registry: %s', (_, statements) =>
    expectRefused(database, statements(targets)),
  );
});
