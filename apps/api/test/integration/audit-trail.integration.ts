import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  insertId,
  insertJob,
  insertKey,
  insertWorkspace,
  openAuditDatabase,
} from './audit-fixture.js';

let database: AuditDatabase;
let workspace: string;
let coordinator: string;
let key: string;
let operator: string;

beforeAll(async () => {
  database = await openAuditDatabase();
  workspace = await insertWorkspace(database.api);
  coordinator = await insertCoordinator(database.api);
  key = await insertKey(database.api, coordinator);
  operator = await insertId(
    database.api,
    `INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT 'somebody', 'OPERATOR', public.uuid_v7(), 'a-secret-kid', 'a-secret-hash' FROM ctx`,
  );
}, 120_000);

afterAll(() => database?.close(), 60_000);

interface Written {
  action: string;
  outcome: string;
  actor_type: string;
  resource_id: string;
  rev: number | null;
  workspace_id: string | null;
  changes: Record<string, { from: unknown; to: unknown }>;
}

/** What one statement adds to the log, in a transaction that is then rolled back. */
async function writtenBy(
  statement: string,
  values: unknown[] = [],
  prepare: (client: pg.PoolClient) => Promise<unknown> = async () => undefined,
): Promise<Written[]> {
  const client = await database.api.connect();
  try {
    await client.query('BEGIN');
    await prepare(client);
    const { rows: before } = await client.query<{ id: string }>('SELECT id FROM public.audit_log');
    await client.query(statement, values);
    const { rows } = await client.query<Written>(
      `SELECT action, outcome, actor_type, resource_id, rev, workspace_id, changes FROM public.audit_log
       WHERE id <> ALL ($1) AND xid = pg_current_xact_id() ORDER BY id`,
      [before.map((it) => it.id)],
    );
    return rows;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const STATES = {
  PENDING: [],
  RUNNING: ["status = 'RUNNING', attempt = 1, started_at = now()"],
  COMPLETED: [
    "status = 'RUNNING', attempt = 1, started_at = now()",
    "status = 'COMPLETED', ended_at = now()",
  ],
  FAILED: [
    "status = 'RUNNING', attempt = 1, started_at = now()",
    "status = 'FAILED', error = 'x', ended_at = now()",
  ],
  'FAILED, no attempt left': [
    "status = 'RUNNING', attempt = 1, started_at = now()",
    "status = 'FAILED', error = 'x'",
    "status = 'PENDING'",
    "status = 'RUNNING', attempt = 2, started_at = now()",
    "status = 'FAILED', error = 'x'",
    "status = 'PENDING'",
    "status = 'RUNNING', attempt = 3, started_at = now()",
    "status = 'FAILED', error = 'x'",
  ],
  CANCELLED: ["status = 'CANCELLED', ended_at = now()"],
} as const;

const CHANGES = {
  start: "status = 'RUNNING', attempt = attempt + 1, started_at = now()",
  'run again in the same attempt': "status = 'RUNNING', error = 'x'",
  progress: 'progress_percent = 10',
  complete: "status = 'COMPLETED', ended_at = now()",
  fail: "status = 'FAILED', error = 'boom', outcome_digest = '\\x01', ended_at = now()",
  'run out of lease for good':
    "status = 'FAILED', error = 'lease-expired', outcome_digest = NULL, ended_at = now()",
  'go back to PENDING': "status = 'PENDING'",
  cancel: "status = 'CANCELLED', ended_at = now()",
  'count an attempt': 'attempt = attempt + 1',
  'finish another attempt': "status = 'COMPLETED', attempt = attempt + 1",
} as const;

type State = keyof typeof STATES;
type Change = keyof typeof CHANGES;

/** What is not listed raises. */
const LEGAL: Partial<Record<State, Partial<Record<Change, string>>>> = {
  PENDING: {
    start: 'job.started',
    fail: 'job.failed',
    'run out of lease for good': 'job.failed',
    cancel: 'job.cancelled',
  },
  RUNNING: {
    progress: 'job.progressed',
    'run again in the same attempt': 'job.progressed',
    complete: 'job.completed',
    fail: 'job.failed',
    'run out of lease for good': 'job.expired',
    'go back to PENDING': 'job.expired',
    cancel: 'job.cancelled',
  },
  FAILED: { 'go back to PENDING': 'job.retried' },
};

const CELLS = Object.keys(STATES).flatMap((state) =>
  Object.keys(CHANGES).map((change): [State, Change] => [state as State, change as Change]),
);

const updateJob = (set: string) =>
  `${AS_SYSTEM} UPDATE public.jobs SET rev = rev + 1, ${set} FROM ctx WHERE ctx.ready AND id = $1`;

describe('what happened to a job is read off its row', () => {
  let job: string;

  async function bring(client: pg.PoolClient, state: State): Promise<void> {
    for (const step of STATES[state]) await client.query(updateJob(step), [job]);
  }

  beforeAll(async () => {
    job = await insertJob(database.api, workspace, coordinator);
  });

  it.each(CELLS)('%s, to %s', async (state, change) => {
    const action = LEGAL[state]?.[change];
    const written = writtenBy(updateJob(CHANGES[change]), [job], (client) => bring(client, state));
    if (action === undefined) {
      await expect(written).rejects.toMatchObject({ code: expect.stringMatching(/^(AU002|23514)$/) });
      return;
    }
    expect(await written).toEqual([
      expect.objectContaining({
        action,
        outcome: 'SUCCESS',
        actor_type: 'SYSTEM',
        resource_id: job,
        workspace_id: workspace,
        rev: STATES[state].length + 2,
      }),
    ]);
  });

  it('only the system takes an attempt back', async () => {
    const byCoordinator = `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(
        'COORDINATOR', $2::uuid, 'somebody', $3::uuid, 'a-request', NULL, NULL) AS ready)
      UPDATE public.jobs SET rev = rev + 1, status = 'PENDING' FROM ctx WHERE ctx.ready AND id = $1`;
    await expect(
      writtenBy(byCoordinator, [job, coordinator, key], (client) => bring(client, 'RUNNING')),
    ).rejects.toMatchObject({ code: 'AU002' });
  });

  it('an ended attempt gets its row of history, in the same transaction', async () => {
    const client = await database.api.connect();
    try {
      await client.query('BEGIN');
      await bring(client, 'FAILED, no attempt left');
      const { rows } = await client.query(
        'SELECT attempt, status, error FROM public.job_attempts WHERE job_id = $1 ORDER BY attempt',
        [job],
      );
      expect(rows).toEqual([1, 2, 3].map((attempt) => ({ attempt, status: 'FAILED', error: 'x' })));
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('a renewed lease is no change', async () => {
    const renew = 'UPDATE public.jobs SET lease_expires_at = now() WHERE id = $1';
    expect(await writtenBy(renew, [job], (client) => bring(client, 'RUNNING'))).toEqual([]);
  });

  it.each([0.1, 0.30000000000000004, 1.7976931348623157e308, 5e-324])(
    'the number %d stands as it is',
    async (number) => {
      const [record] = await writtenBy(
        `${AS_SYSTEM} UPDATE public.jobs SET rev = rev + 1, duration_seconds = $2 FROM ctx WHERE ctx.ready AND id = $1`,
        [job, number],
        (client) => bring(client, 'RUNNING'),
      );
      expect(record?.changes).toEqual({ durationSeconds: { from: null, to: number } });
    },
  );

  it('values up to 4 KiB stand whole, larger ones as digest and size', async () => {
    const [small, large] = ['s'.repeat(4_094), 'l'.repeat(4_095)];
    const [record] = await writtenBy(
      `${AS_SYSTEM} UPDATE public.jobs SET rev = rev + 1, current_step = $2, error = $3 FROM ctx WHERE ctx.ready AND id = $1`,
      [job, small, large],
      (client) => bring(client, 'RUNNING'),
    );
    expect(record?.changes).toEqual({
      currentStep: { from: null, to: small },
      error: {
        from: null,
        to: { sha256: createHash('sha256').update(JSON.stringify(large)).digest('hex'), bytes: 4_097 },
      },
    });
  });
});

describe('every change of the registry is one record', () => {
  const change = (table: string, set: string, id: () => string): [string, () => unknown[]] => [
    `${AS_SYSTEM} UPDATE public.${table} SET ${set} FROM ctx WHERE ctx.ready AND id = $1`,
    () => [id()],
  ];

  it.each([
    [
      'workspace.created',
      `${AS_SYSTEM} INSERT INTO public.workspaces (slug, name) SELECT 'x', 'X' FROM ctx`,
      () => [],
      ['name', 'slug'],
    ],
    ['workspace.updated', ...change('workspaces', "name = 'x'", () => workspace), ['name']],
    [
      'workspace.updated',
      `${AS_SYSTEM} INSERT INTO public.workspace_repositories SELECT 'a/b', $1::uuid FROM ctx`,
      () => [workspace],
      ['repositories'],
    ],
    [
      'coordinator.registered',
      `${AS_SYSTEM} INSERT INTO public.coordinators (name, permissions, rate_limit_per_minute) SELECT 'x', '{}', 1 FROM ctx`,
      () => [],
      ['allowedNetworks', 'name', 'permissions', 'rateLimitPerMinute', 'status'],
    ],
    [
      'coordinator.updated',
      ...change('coordinators', 'rate_limit_per_minute = 7', () => coordinator),
      ['rateLimitPerMinute'],
    ],
    [
      'coordinator.updated',
      `${AS_SYSTEM} INSERT INTO public.coordinator_workspaces SELECT $1::uuid, $2::uuid FROM ctx`,
      () => [coordinator, workspace],
      ['workspaceIds'],
    ],
    [
      'coordinator.suspended',
      ...change('coordinators', "status = 'SUSPENDED'", () => coordinator),
      ['status'],
    ],
    ['coordinator.deleted', ...change('coordinators', "status = 'DELETED'", () => coordinator), ['status']],
    [
      'coordinator-key.issued',
      `${AS_SYSTEM} INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, name, expires_at)
       SELECT $1, 'a-secret-kid', 'a-secret-hash', 'x', now() FROM ctx`,
      () => [coordinator],
      ['coordinatorId', 'environment', 'expiresAt', 'name'],
    ],
    [
      'coordinator-key.rotated',
      ...change('coordinator_keys', 'rotated_at = now(), expires_at = now()', () => key),
      ['expiresAt', 'rotatedAt'],
    ],
    [
      'coordinator-key.revoked',
      ...change('coordinator_keys', 'revoked_at = now()', () => key),
      ['revokedAt'],
    ],
    [
      'operator.created',
      `${AS_SYSTEM} INSERT INTO public.operators (name, role, key_id, kid, secret_hash, workspace_ids)
       SELECT 'x', 'OPERATOR', public.uuid_v7(), 'another-secret-kid', 'a-secret-hash', '{}' FROM ctx`,
      () => [],
      ['keyId', 'name', 'role', 'workspaceIds'],
    ],
    ['operator.updated', ...change('operators', "role = 'ADMIN'", () => operator), ['role']],
    [
      'operator.rotated',
      ...change(
        'operators',
        "key_id = public.uuid_v7(), kid = 'new-secret-kid', secret_hash = 'new-secret-hash'",
        () => operator,
      ),
      ['keyId'],
    ],
    ['operator.deleted', ...change('operators', 'deleted_at = now()', () => operator), ['deletedAt']],
  ])('%s', async (action, statement, values, fields) => {
    const written = await writtenBy(statement, values());
    expect(written).toEqual([expect.objectContaining({ action, outcome: 'SUCCESS' })]);
    expect(Object.keys(written[0]?.changes ?? {}).sort()).toEqual(fields);
    expect(JSON.stringify(written)).not.toContain('secret');
  });

  it('coordinator.activated', async () => {
    const activate = `${AS_SYSTEM} UPDATE public.coordinators SET status = 'ACTIVE' FROM ctx WHERE ctx.ready AND id = $1`;
    const written = await writtenBy(activate, [coordinator], (client) =>
      client.query(
        `${AS_SYSTEM} UPDATE public.coordinators SET status = 'SUSPENDED' FROM ctx WHERE ctx.ready AND id = $1`,
        [coordinator],
      ),
    );
    expect(written).toEqual([
      expect.objectContaining({
        action: 'coordinator.activated',
        changes: { status: { from: 'SUSPENDED', to: 'ACTIVE' } },
      }),
    ]);
  });
});

describe('the log', () => {
  it('holds nothing of what was rolled back, and no secret', async () => {
    const { rows } = await database.superuser.query<{ records: string; secrets: string }>(
      `SELECT count(*) AS records, count(*) FILTER (WHERE position('secret' IN a::text) > 0) AS secrets
       FROM public.audit_log AS a`,
    );
    // a workspace, a coordinator, its key, an operator and a job
    expect(rows).toEqual([{ records: '5', secrets: '0' }]);
  });

  it('has ids that say when', async () => {
    const { rows } = await database.superuser.query<{ id: string; occurred_at: Date }>(
      'SELECT id, occurred_at FROM public.audit_log',
    );
    for (const { id, occurred_at } of rows) {
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(occurred_at.getTime());
      expect(id).toMatch(/^.{14}7.{4}[89ab]/);
    }
  });

  it('has ids that sort as they were made', async () => {
    const { rows } = await database.api.query<{ ids: string[] }>(
      "SELECT array_agg(public.uuid_v7('2026-01-01T00:00:00Z'::timestamptz + n * interval '1 microsecond') ORDER BY n) AS ids FROM generate_series(0, 5000) AS n",
    );
    const ids = rows[0]?.ids ?? [];
    const prefixes = ids.map((it) => it.slice(0, 18));
    expect(prefixes).toEqual([...prefixes].sort());
    expect(new Set(ids).size).toBe(5_001);
  });
});
