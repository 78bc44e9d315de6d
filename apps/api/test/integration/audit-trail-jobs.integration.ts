import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  insertJob,
  insertKey,
  insertWorkspace,
  openAuditDatabase,
  writtenBy,
} from './audit-fixture.js';

let database: AuditDatabase;
let workspace: string;
let coordinator: string;
let key: string;

beforeAll(async () => {
  database = await openAuditDatabase();
  workspace = await insertWorkspace(database.api);
  coordinator = await insertCoordinator(database.api);
  key = await insertKey(database.api, coordinator);
});

afterAll(() => database?.close());

const backToPending = (reason: string) =>
  `status = 'PENDING', previous_attempt = public.previous_attempt(jobs, '${reason}')`;

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
  'FAILED for good': [
    "status = 'RUNNING', attempt = 1, started_at = now()",
    "status = 'FAILED', error = 'x', final = true, ended_at = now()",
  ],
  'FAILED without attempts left': [
    "status = 'RUNNING', attempt = 1, started_at = now()",
    "status = 'FAILED', error = 'x'",
    backToPending(''),
    "status = 'RUNNING', attempt = 2, started_at = now()",
    "status = 'FAILED', error = 'x'",
    backToPending(''),
    "status = 'RUNNING', attempt = 3, started_at = now()",
    "status = 'FAILED', error = 'x'",
  ],
  // No statement of the server leaves a job like this.
  'PENDING without attempts left': [
    "status = 'RUNNING', attempt = 1, started_at = now()",
    backToPending('coordinator-deleted'),
    "status = 'RUNNING', attempt = 2, started_at = now()",
    backToPending('coordinator-deleted'),
    "status = 'RUNNING', attempt = 3, started_at = now()",
    backToPending('coordinator-deleted'),
  ],
  CANCELLED: ["status = 'CANCELLED', ended_at = now()"],
} as const;

const CHANGES = {
  start: "status = 'RUNNING', attempt = attempt + 1, started_at = now()",
  'start again in the same attempt': "status = 'RUNNING', error = 'x'",
  progress: 'progress_percent = 10',
  complete: "status = 'COMPLETED', ended_at = now()",
  fail: "status = 'FAILED', error = 'boom', outcome_digest = '\\x01', ended_at = now()",
  'fail with an expired lease':
    "status = 'FAILED', error = 'lease-expired', outcome_digest = NULL, ended_at = now()",
  'fail for good': "status = 'FAILED', error = 'boom', outcome_digest = '\\x01', final = true",
  'fail and return to PENDING':
    "status = 'PENDING', error = 'boom', outcome_digest = '\\x01', previous_attempt = pg_catalog.jsonb_build_object('attempt', attempt, 'error', 'boom', 'failedStep', NULL, 'continuationPrompt', NULL, 'gateResults', NULL)",
  'return to PENDING, not final any more': `${backToPending('')}, final = false`,
  'return to PENDING': backToPending('lease-expired'),
  'be requeued': backToPending('coordinator-deleted'),
  'return to PENDING without a reason': "status = 'PENDING'",
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
    'fail for good': 'job.failed',
    'fail with an expired lease': 'job.failed',
    cancel: 'job.cancelled',
  },
  'PENDING without attempts left': {
    fail: 'job.failed',
    'fail for good': 'job.failed',
    'fail with an expired lease': 'job.failed',
    cancel: 'job.cancelled',
  },
  RUNNING: {
    progress: 'job.progressed',
    complete: 'job.completed',
    fail: 'job.failed',
    'fail for good': 'job.failed',
    'fail and return to PENDING': 'job.failed',
    'fail with an expired lease': 'job.expired',
    'return to PENDING': 'job.expired',
    'return to PENDING, not final any more': 'job.requeued',
    'be requeued': 'job.requeued',
    cancel: 'job.cancelled',
  },
  FAILED: {
    'return to PENDING, not final any more': 'job.retried',
    'return to PENDING': 'job.retried',
    'be requeued': 'job.retried',
  },
};

const CELLS = Object.keys(STATES).flatMap((state) =>
  Object.keys(CHANGES).map((change): [State, Change] => [state as State, change as Change]),
);

const updateJob = (set: string) =>
  `${AS_SYSTEM} UPDATE public.jobs SET rev = rev + 1, ${set} FROM ctx WHERE ctx.ready AND id = $1`;

describe('audit record of a job', () => {
  let job: string;

  async function bring(client: pg.PoolClient, state: State): Promise<void> {
    for (const step of STATES[state]) await client.query(updateJob(step), [job]);
  }

  beforeAll(async () => {
    job = await insertJob(database.api, workspace, coordinator);
  });

  it.each(CELLS)('is written for a legal change only: %s, to %s', async (state, change) => {
    const action = LEGAL[state]?.[change];
    const written = writtenBy(database, updateJob(CHANGES[change]), [job], (client) => bring(client, state));
    if (action === undefined) {
      await expect(written).rejects.toMatchObject({ code: 'AU002' });
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

  it.each<[State, string]>([
    ['RUNNING', 'progress_percent = 100.5'],
    ['RUNNING', 'progress_percent = -1'],
    ['RUNNING', "progress_percent = 'NaN'"],
    ['RUNNING', "status = 'COMPLETED', progress_percent = 101"],
    ['RUNNING', "status = 'COMPLETED', final = true"],
    ['RUNNING', "status = 'FAILED', error = 'x', not_before = now()"],
    ['PENDING', "status = 'CANCELLED', final = true"],
    ['PENDING', "status = 'CANCELLED', not_before = now()"],
  ])('a %s job is not given a value outside its range: %s', async (state, set) => {
    const written = writtenBy(database, updateJob(set), [job], (client) => bring(client, state));
    await expect(written).rejects.toMatchObject({
      code: 'AU002',
      message: `a value of job ${job} is not allowed`,
    });
  });

  it.each([
    ['priority', '101'],
    ['priority', '-1'],
    ['max_attempts', '-1'],
    ['progress_percent', '101'],
    ['progress_percent', "'NaN'"],
    ['final', 'true'],
    ['origin', "'STITCHER'"],
    ['repository_key', "'acme/site'"],
  ])('a job is not created with a value outside its range: %s = %s', async (column, value) => {
    const insert = `${AS_SYSTEM} INSERT INTO public.jobs (workspace_id, type, created_by, metadata, ${column === 'origin' ? '' : 'origin, '}${column})
      SELECT $1::uuid, 'index', $2::uuid, '{}', ${column === 'origin' ? '' : "'API', "}${value} FROM ctx WHERE ctx.ready`;
    await expect(writtenBy(database, insert, [workspace, coordinator])).rejects.toMatchObject({
      code: 'AU002',
      message: expect.stringMatching(/^a value of the new job [0-9a-f-]{36} is not allowed$/),
    });
  });

  it.each(['', 'rev = rev + 1, progress_percent = 10, ', "rev = rev + 1, status = 'COMPLETED', "])(
    'a job of the API is not given the key of a repository, also by a superuser: %s',
    async (more) => {
      const identify = `${AS_SYSTEM} UPDATE public.jobs SET ${more} repository_key = 'acme/site' FROM ctx WHERE ctx.ready AND id = $1`;
      await expect(
        writtenBy({ api: database.superuser }, identify, [job], (client) => bring(client, 'RUNNING')),
      ).rejects.toMatchObject({ code: 'AU002' });
    },
  );

  it.each(['lease-expired', 'coordinator-deleted'])(
    'a coordinator cannot requeue an attempt: %s',
    async (reason) => {
      const byCoordinator = `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(
        'COORDINATOR', $2::uuid, 'somebody', $3::uuid, 'a-request', NULL, NULL) AS ready)
      UPDATE public.jobs SET rev = rev + 1, ${backToPending(reason)} FROM ctx WHERE ctx.ready AND id = $1`;
      await expect(
        writtenBy(database, byCoordinator, [job, coordinator, key], (client) => bring(client, 'RUNNING')),
      ).rejects.toMatchObject({ code: 'AU002' });
    },
  );

  it('the end of an attempt writes its job_attempts row in the same transaction', async () => {
    const client = await database.api.connect();
    try {
      await client.query('BEGIN');
      await bring(client, 'FAILED without attempts left');
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

  it('a renewed lease writes no record', async () => {
    const renew = 'UPDATE public.jobs SET lease_expires_at = now() WHERE id = $1';
    expect(await writtenBy(database, renew, [job], (client) => bring(client, 'RUNNING'))).toEqual([]);
  });

  describe('a job that is held back', () => {
    const hold = (by: string) => (client: pg.PoolClient) =>
      client.query(
        updateJob(
          `${CHANGES['fail and return to PENDING']}, not_before = clock_timestamp() + interval '${by}'`,
        ),
        [job],
      );
    const release = (by: string) =>
      writtenBy(database, 'UPDATE public.jobs SET not_before = NULL WHERE id = $1', [job], async (client) => {
        await bring(client, 'RUNNING');
        await hold(by)(client);
      });

    it('is released without a record once the time has come', async () => {
      expect(await release('0 s')).toEqual([]);
    });

    it('cannot be released before, nor be held until another time', async () => {
      await expect(release('1 hour')).rejects.toMatchObject({ code: 'AU002' });
      const move = `UPDATE public.jobs SET not_before = clock_timestamp() - interval '1 s' WHERE id = $1`;
      await expect(
        writtenBy(database, move, [job], async (client) => {
          await bring(client, 'RUNNING');
          await hold('1 hour')(client);
        }),
      ).rejects.toMatchObject({ code: 'AU002' });
    });
  });

  it.each([0.1, 0.30000000000000004, 1.7976931348623157e308, 5e-324])(
    'contains the number %d unchanged',
    async (number) => {
      const [record] = await writtenBy(
        database,
        `${AS_SYSTEM} UPDATE public.jobs SET rev = rev + 1, status = 'COMPLETED', duration_seconds = $2 FROM ctx WHERE ctx.ready AND id = $1`,
        [job, number],
        (client) => bring(client, 'RUNNING'),
      );
      expect(record?.changes).toEqual({
        status: { from: 'RUNNING', to: 'COMPLETED' },
        durationSeconds: { from: null, to: number },
      });
    },
  );

  it('contains values up to 4 KiB, and the digest and size of larger ones', async () => {
    const [small, large] = ['s'.repeat(4_094), 'l'.repeat(4_095)];
    const [record] = await writtenBy(
      database,
      `${AS_SYSTEM} UPDATE public.jobs SET rev = rev + 1, status = 'FAILED', current_step = $2, error = $3 FROM ctx WHERE ctx.ready AND id = $1`,
      [job, small, large],
      (client) => bring(client, 'RUNNING'),
    );
    expect(record?.changes).toEqual({
      status: { from: 'RUNNING', to: 'FAILED' },
      currentStep: { from: null, to: small },
      error: {
        from: null,
        to: { sha256: createHash('sha256').update(JSON.stringify(large)).digest('hex'), bytes: 4_097 },
      },
    });
  });
});
