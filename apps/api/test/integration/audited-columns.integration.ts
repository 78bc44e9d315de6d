import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { columnNames } from '../../src/database/fields.js';
import { JOB_FIELDS } from '../../src/jobs/job.js';
import { CHANGING_FIELDS } from '../../src/jobs/job-row.js';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  insertId,
  insertJob,
  insertKey,
  insertWorkspace,
  inTransaction,
  openAuditDatabase,
  type Written,
} from './audit-fixture.js';

/** A column whose changes are recorded: the field of `changes`, and an assignment that changes it. */
interface Recorded {
  field: string;
  set: string;
}

/** A column whose change alone has an effect that a reason explains. */
interface Exempt {
  why: string;
  set: string;
  effect: 'no record' | 'a record without fields' | 'refused' | 'refused by Postgres';
}

interface AuditedTable {
  /** what every change of a row sets, too */
  with?: string;
  recorded: Record<string, Recorded>;
  exempt: Record<string, Exempt>;
}

const timeOfChange: Exempt = {
  why: 'the record has its own time',
  set: "updated_at = now() + interval '1 day'",
  effect: 'a record without fields',
};
const inRecordOfRun = (set: string): Exempt => ({
  why: 'the times of records, and job_attempts, say the same',
  set,
  effect: 'a record without fields',
});
const ofLease = (set: string, effect: Exempt['effect']): Exempt => ({
  why: 'a lease is renewed with every report',
  set,
  effect,
});

const nextAttempt = (set: string) =>
  `status = 'PENDING', previous_attempt = public.previous_attempt(jobs, 'x'); status = 'RUNNING', attempt = 2, ${set}`;

/** What a report, a trigger or a change of the status changes. Each other recorded column keeps its value during an attempt. */
const CHANGES_IN_RUN = [
  'status',
  'attempt',
  'progress_percent',
  'current_step',
  'tokens_used',
  'triggers',
  'trigger_count',
];

/**
 * Each column of an audited table is recorded, exempt or frozen. The frozen ones are the columns of the trigger `…_audit_frozen`. A new
 * column belongs here or there.
 */
const TABLES: Record<string, AuditedTable> = {
  jobs: {
    with: 'rev = rev + 1',
    recorded: {
      status: { field: 'status', set: "status = 'CANCELLED'" },
      attempt: {
        field: 'attempt',
        set: nextAttempt('agent_id = NULL'),
      },
      coordinator_id: { field: 'coordinatorId', set: nextAttempt('coordinator_id = created_by') },
      agent_id: { field: 'agentId', set: nextAttempt("agent_id = 'agent'") },
      agent_type: { field: 'agentType', set: nextAttempt("agent_type = 'type'") },
      progress_percent: { field: 'progressPercent', set: 'progress_percent = 10' },
      current_step: { field: 'currentStep', set: "current_step = 'step'" },
      tokens_used: { field: 'tokensUsed', set: 'tokens_used = 5' },
      duration_seconds: { field: 'durationSeconds', set: "status = 'COMPLETED', duration_seconds = 1.5" },
      result: { field: 'result', set: `status = 'COMPLETED', result = '{"a": 1}'` },
      error: { field: 'error', set: "status = 'FAILED', error = 'x'" },
      failed_step: { field: 'failedStep', set: "status = 'FAILED', failed_step = 'step'" },
      gate_results: { field: 'gateResults', set: `status = 'FAILED', gate_results = '[1]'` },
      continuation_prompt: {
        field: 'continuationPrompt',
        set: "status = 'FAILED', continuation_prompt = 'go on'",
      },
      not_before: {
        field: 'notBefore',
        set: "status = 'PENDING', previous_attempt = public.previous_attempt(jobs, 'x'), not_before = now() + interval '1 day'",
      },
      final: { field: 'final', set: "status = 'FAILED', final = true" },
      triggers: { field: 'trigger', set: `triggers = triggers || '[{}]', trigger_count = trigger_count + 1` },
      trigger_count: {
        field: 'triggerCount',
        set: `triggers = triggers || '[{}]', trigger_count = trigger_count + 1`,
      },
    },
    exempt: {
      rev: { why: 'the record has its own rev', set: 'rev = rev + 1', effect: 'a record without fields' },
      retried: {
        why: 'the action job.retried says it',
        set: 'retried = true',
        effect: 'a record without fields',
      },
      lease_seconds: ofLease('lease_seconds = 60', 'a record without fields'),
      lease_expires_at: ofLease('rev = rev, lease_expires_at = now()', 'no record'),
      outcome_digest: {
        why: 'a digest of what the record says',
        set: "outcome_digest = '\\x01'",
        effect: 'a record without fields',
      },
      started_at: inRecordOfRun("started_at = now() - interval '1 day'"),
      ended_at: inRecordOfRun('ended_at = now()'),
      updated_at: timeOfChange,
      previous_attempt: {
        why: 'a copy of what earlier records say',
        set: `previous_attempt = '{"attempt": 1}'`,
        effect: 'refused',
      },
      repository_key: {
        why: 'the identity of the repository, which the record of the workspace says',
        set: "rev = rev, repository_key = 'forge.example#1'",
        effect: 'no record',
      },
      triggers_seen: {
        why: 'the trigger_count of the record job.started',
        set: 'triggers_seen = 1',
        effect: 'refused',
      },
    },
  },
  coordinators: {
    recorded: {
      name: { field: 'name', set: "name = 'another'" },
      status: { field: 'status', set: "status = 'SUSPENDED'" },
      permissions: { field: 'permissions', set: "permissions = '{jobs:read}'" },
      rate_limit_per_minute: { field: 'rateLimitPerMinute', set: 'rate_limit_per_minute = 7' },
      max_running: { field: 'maxRunning', set: 'max_running = 7' },
      allowed_networks: { field: 'allowedNetworks', set: "allowed_networks = '{192.0.2.0/24}'" },
    },
    exempt: { updated_at: timeOfChange },
  },
  coordinator_workspaces: { recorded: {}, exempt: {} },
  coordinator_keys: {
    with: 'rotated_at = coalesce(rotated_at, now())',
    recorded: {
      expires_at: { field: 'expiresAt', set: "expires_at = now() + interval '1 hour'" },
      rotated_at: { field: 'rotatedAt', set: 'rotated_at = now()' },
      revoked_at: { field: 'revokedAt', set: 'revoked_at = now()' },
    },
    exempt: {},
  },
  coordinator_webhooks: {
    with: 'rotated_at = coalesce(rotated_at, now())',
    recorded: {
      expires_at: { field: 'expiresAt', set: "expires_at = now() + interval '1 hour'" },
      rotated_at: { field: 'rotatedAt', set: 'rotated_at = now()' },
      revoked_at: { field: 'revokedAt', set: 'revoked_at = now()' },
    },
    exempt: {},
  },
  operator_sessions: {
    with: "end_reason = 'ended'",
    recorded: {
      ended_at: { field: 'endedAt', set: 'ended_at = now()' },
      end_reason: { field: 'endReason', set: "end_reason = 'ended', ended_at = now()" },
    },
    exempt: {},
  },
  workspaces: {
    recorded: {
      slug: { field: 'slug', set: "slug = 'another'" },
      name: { field: 'name', set: "name = 'another'" },
      trigger_who: { field: 'triggers', set: "trigger_who = 'anyone'" },
      trigger_assignees: { field: 'triggers', set: "trigger_assignees = '{somebody}'" },
      trigger_on_open: { field: 'triggers', set: 'trigger_on_open = true' },
      max_running: { field: 'maxRunning', set: 'max_running = 7' },
    },
    exempt: { updated_at: timeOfChange },
  },
  workspace_repositories: {
    recorded: {
      repository: { field: 'repositories', set: "repository = 'acme/another'" },
      forge: { field: 'repositories', set: "forge = 'forge.example', forge_id = 1" },
      forge_id: { field: 'repositories', set: "forge = 'forge.example', forge_id = 1" },
    },
    exempt: {
      repository_key: {
        why: 'computed from repository, forge and forge_id',
        set: "repository_key = 'acme/another'",
        effect: 'refused by Postgres',
      },
    },
  },
  operators: {
    recorded: {
      name: { field: 'name', set: "name = 'another'" },
      role: { field: 'role', set: "role = 'ADMIN'" },
      workspace_ids: { field: 'workspaceIds', set: "workspace_ids = '{}'" },
      key_expires_at: { field: 'keyExpiresAt', set: 'key_expires_at = now()' },
      allowed_networks: { field: 'allowedNetworks', set: "allowed_networks = '{10.0.0.0/8}'" },
      key_id: { field: 'keyId', set: 'key_id = gen_random_uuid()' },
      deleted_at: { field: 'deletedAt', set: 'deleted_at = now()' },
    },
    exempt: {
      kid: {
        why: 'of a credential; key_id, which changes with it, is recorded',
        set: "kid = 'another'",
        effect: 'a record without fields',
      },
      secret_hash: {
        why: 'of a credential; key_id, which changes with it, is recorded',
        set: "secret_hash = 'another'",
        effect: 'a record without fields',
      },
      key_created_at: {
        why: 'of a credential; key_id, which changes with it, is recorded',
        set: 'key_created_at = now()',
        effect: 'a record without fields',
      },
      updated_at: timeOfChange,
    },
  },
};
const NAMES = Object.keys(TABLES);

let database: AuditDatabase;
/** which row of a table is changed, as a condition */
const rows: Record<string, string> = {};

beforeAll(async () => {
  database = await openAuditDatabase();
  const { api } = database;
  const workspace = await insertWorkspace(api);
  const coordinator = await insertCoordinator(api);
  const job = await insertJob(api, workspace, coordinator);
  const key = await insertKey(api, coordinator);
  const stitched = await insertId(
    api,
    `INSERT INTO public.jobs (workspace_id, type, origin, repository_key, created_by)
     SELECT $1, 'build', 'STITCHER', 'acme/shop', $2 FROM ctx`,
    [workspace, coordinator],
  );
  const webhook = await insertId(
    api,
    'INSERT INTO public.coordinator_webhooks (coordinator_id) SELECT $1 FROM ctx',
    [coordinator],
  );
  const operator = await insertId(
    api,
    `INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT 'somebody', 'OPERATOR', public.uuid_v7(), $1, 'a-secret-hash' FROM ctx`,
    [randomUUID()],
  );
  // Of another operator: a change of an operator may end its sessions.
  const reader = await insertId(
    api,
    `INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT 'reader', 'OPERATOR', public.uuid_v7(), $1, 'a-secret-hash' FROM ctx`,
    [randomUUID()],
  );
  const session = await insertId(
    api,
    `INSERT INTO public.operator_sessions (operator_id, key_id, token_hash, expires_at)
     SELECT $1, public.uuid_v7(), sha256('token'), now() + interval '12 hours' FROM ctx`,
    [reader],
  );
  for (const change of [
    `UPDATE public.jobs SET rev = 2, status = 'RUNNING', attempt = 1, started_at = now() FROM ctx WHERE ctx.ready`,
    `INSERT INTO public.coordinator_workspaces SELECT '${coordinator}', '${workspace}' FROM ctx`,
    `INSERT INTO public.workspace_repositories SELECT 'acme/site', '${workspace}' FROM ctx`,
  ]) {
    await api.query(`${AS_SYSTEM} ${change}`);
  }
  Object.assign(rows, {
    jobs: `id = '${job}'`,
    'jobs of the stitcher': `id = '${stitched}'`,
    coordinators: `id = '${coordinator}'`,
    coordinator_workspaces: 'true',
    coordinator_keys: `id = '${key}'`,
    coordinator_webhooks: `id = '${webhook}'`,
    workspaces: `id = '${workspace}'`,
    workspace_repositories: 'true',
    operators: `id = '${operator}'`,
    operator_sessions: `id = '${session}'`,
  });
});

afterAll(() => database?.close());

/** The columns that the trigger names: `AFTER UPDATE OF …`. */
async function columnsOf(trigger: string): Promise<string[]> {
  const { rows } = await database.superuser.query<{ name: string }>(
    `SELECT attname::text AS name FROM pg_trigger JOIN pg_attribute ON attrelid = tgrelid AND attnum = ANY (tgattr)
     WHERE tgname = $1 ORDER BY attnum`,
    [trigger],
  );
  return rows.map(({ name }) => name);
}

const frozenOf = (table: string) => columnsOf(`${table}_audit_frozen`);

/** Runs the changes, one statement each, and returns the records of the last. `; ` separates statements. */
async function recordsOf(table: string, set: string): Promise<Pick<Written, 'action' | 'changes'>[]> {
  const where =
    /\b(triggers|repository_key) = /.test(set) && table === 'jobs'
      ? rows[`${table} of the stitcher`]
      : rows[table];
  return inTransaction(database.superuser, async (client) => {
    let last = '';
    for (const part of set.split('; ')) {
      const { rows: seen } = await client.query<{ id: string }>(
        'SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1',
      );
      last = seen[0]?.id ?? last;
      const shared = TABLES[table]?.with;
      const name = shared?.split(' ')[0];
      const assignments = shared === undefined || part.includes(`${name} = `) ? part : `${shared}, ${part}`;
      const { rowCount } = await client.query(
        `${AS_SYSTEM} UPDATE public.${table} SET ${assignments} FROM ctx WHERE ctx.ready AND ${where}`,
      );
      expect(rowCount).toBe(1);
    }
    const { rows: written } = await client.query<Pick<Written, 'action' | 'changes'>>(
      'SELECT action, changes FROM public.audit_log WHERE id > $1 ORDER BY id',
      [last],
    );
    return written;
  });
}

describe.each(NAMES)('the columns of %s', (table) => {
  it('are each recorded, exempt or frozen, and only one of these', async () => {
    const { recorded = {}, exempt = {} } = TABLES[table] ?? {};
    const declared = [...Object.keys(recorded), ...Object.keys(exempt), ...(await frozenOf(table))];
    const { rows } = await database.superuser.query<{ name: string }>(
      `SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
      [`public.${table}`],
    );
    expect(declared.sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('that are frozen cannot be updated, not even by a superuser', async () => {
    const frozen = await frozenOf(table);
    expect(frozen.length).toBeGreaterThan(0);
    for (const column of frozen) {
      await expect(recordsOf(table, `${column} = ${column}`)).rejects.toMatchObject({ code: 'AU002' });
    }
  });
});

it('each other recorded column of a job keeps its value during an attempt', async () => {
  const inRun = await columnsOf('jobs_audit_in_run');
  const recorded = Object.keys(TABLES.jobs?.recorded ?? {});
  const refused = Object.entries(TABLES.jobs?.exempt ?? {}).filter(([, { effect }]) => effect === 'refused');
  expect(inRun.sort()).toEqual(
    [
      ...recorded.filter((column) => !CHANGES_IN_RUN.includes(column)),
      ...refused.map(([column]) => column),
      'repository_key',
    ].sort(),
  );
  for (const column of inRun) {
    for (const set of [`${column} = ${column}`, `${column} = ${column}, progress_percent = 20`]) {
      await expect(recordsOf('jobs', set)).rejects.toMatchObject({
        code: 'AU002',
        message: expect.stringMatching(
          /^update of a column of job \S{36} that does not change during an attempt: refused$/,
        ),
      });
    }
  }
});

it('no column that a server remembers of a running attempt can change during it', async () => {
  const remembered = columnNames(JOB_FIELDS).filter(
    (column) => !columnNames(CHANGING_FIELDS).includes(column),
  );
  const kept = [...(await frozenOf('jobs')), ...(await columnsOf('jobs_audit_in_run'))];
  // The statement compares status and attempt. No server changes the times of an attempt that goes on.
  expect(remembered.filter((column) => !kept.includes(column)).sort()).toEqual([
    'attempt',
    'ended_at',
    'started_at',
    'status',
  ]);
});

it('all tables with an audit trigger are here', async () => {
  const { rows } = await database.superuser.query<{ name: string }>(
    `SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE NOT tgisinternal AND tgname = tgrelid::regclass::text || '_audit'`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
});

const RECORDED = NAMES.flatMap((table) =>
  Object.entries(TABLES[table]?.recorded ?? {}).map(([column, it]) => [table, column, it] as const),
);
it.each(RECORDED)('%s.%s is recorded when it changes', async (table, _, { field, set }) => {
  const written = await recordsOf(table, set);
  expect(written).toHaveLength(1);
  const { [field]: change } = written[0]?.changes ?? {};
  expect(Object.keys(change ?? {}).sort()).toEqual(['from', 'to']);
  expect(change?.from).not.toEqual(change?.to);
});

const EXEMPT = NAMES.flatMap((table) =>
  Object.entries(TABLES[table]?.exempt ?? {}).map(([column, it]) => [table, column, it.effect, it] as const),
);
it.each(EXEMPT)('%s.%s alone: %s', async (table, _, effect, { set }) => {
  if (effect === 'refused' || effect === 'refused by Postgres') {
    const code = effect === 'refused' ? 'AU002' : '428C9';
    await expect(recordsOf(table, set)).rejects.toMatchObject({ code });
    return;
  }
  const written = await recordsOf(table, set);
  expect(written.map(({ changes }) => changes)).toEqual(effect === 'no record' ? [] : [{}]);
});
