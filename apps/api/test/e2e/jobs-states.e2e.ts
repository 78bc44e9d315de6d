import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { Job, JobAttempt, JobStatus } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import {
  call,
  createJob,
  jobRow,
  registerCoordinator,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  coordinator = await registerCoordinator(test);
});

afterAll(() => test?.close());

const ACTIONS = {
  run: ['patch', 'status', { status: 'RUNNING', agentId: 'agent-1' }],
  progress: ['patch', 'progress', { progressPercent: 50 }],
  complete: ['post', 'complete', { result: { ok: true }, tokensUsed: 7 }],
  fail: ['post', 'fail', { error: 'broken', failedStep: 'tests' }],
  retry: ['post', 'retry', {}],
  cancel: ['patch', 'status', { status: 'CANCELLED' }],
} as const;
type Action = keyof typeof ACTIONS;

function act(
  id: string,
  action: Action,
  more: Record<string, unknown> = {},
  { ifMatch, key = coordinator.apiKey }: { ifMatch?: string; key?: string } = {},
): Promise<Response> {
  const [method, part, body] = ACTIONS[action];
  return call(test, method, `/coordinator/jobs/${id}/${part}`, {
    key,
    body: { ...body, ...more },
    ...(ifMatch !== undefined && { headers: { 'If-Match': ifMatch } }),
  });
}

/** A job that has been through these. */
async function jobAfter(actions: readonly Action[], of: Record<string, unknown> = {}): Promise<Job> {
  let job = await createJob(test, coordinator, of);
  for (const action of actions) job = succeed<Job>(await act(job.id, action));
  return job;
}

function recordsOf(id: string) {
  return recordsWhere(test, `resource_id = $1 AND outcome = 'SUCCESS'`, [id]);
}

type Row = Record<Action, JobStatus | null>;
const NOTHING: Row = { run: null, progress: null, complete: null, fail: null, retry: null, cancel: null };
const PENDING: Row = { ...NOTHING, run: 'RUNNING', fail: 'FAILED', cancel: 'CANCELLED' };
const RUNNING: Row = {
  ...NOTHING,
  progress: 'RUNNING',
  complete: 'COMPLETED',
  fail: 'FAILED',
  cancel: 'CANCELLED',
};

/** How a job comes to be in each state, and what each action makes of it: null for 409. */
const STATES: {
  state: string;
  after: Action[];
  status: JobStatus;
  of?: Record<string, unknown>;
  becomes: Row;
}[] = [
  { state: 'a new job, PENDING', after: [], status: 'PENDING', becomes: PENDING },
  { state: 'a retried job, PENDING', after: ['run', 'fail', 'retry'], status: 'PENDING', becomes: PENDING },
  { state: 'RUNNING', after: ['run'], status: 'RUNNING', becomes: RUNNING },
  { state: 'COMPLETED', after: ['run', 'complete'], status: 'COMPLETED', becomes: NOTHING },
  {
    state: 'FAILED with attempts left',
    after: ['run', 'fail'],
    status: 'FAILED',
    becomes: { ...NOTHING, retry: 'PENDING' },
  },
  {
    state: 'FAILED in its last attempt',
    after: ['run', 'fail'],
    status: 'FAILED',
    of: { maxAttempts: 1 },
    becomes: NOTHING,
  },
  {
    state: 'CANCELLED',
    after: ['cancel'],
    status: 'CANCELLED',
    becomes: { ...NOTHING, cancel: 'CANCELLED' },
  },
];

/** So that none is the repeat of what brought the job there. */
const OTHER: Partial<Record<Action, Record<string, unknown>>> = {
  run: { agentId: 'another-agent' },
  complete: { result: 'another' },
  fail: { error: 'another' },
};

const CELLS = STATES.flatMap(({ becomes, ...state }) =>
  Object.entries(becomes).map(([action, next]) => ({ ...state, action: action as Action, next })),
);

const codeOf = ({ status, attempt, maxAttempts }: Job, action: Action) =>
  action === 'retry' && status === 'FAILED' && attempt === maxAttempts
    ? 'attempts-exhausted'
    : 'illegal-transition';

describe('state table', () => {
  it.each(STATES.filter(({ status }) => status !== 'CANCELLED'))(
    '$state: a refusal names the allowed actions',
    async ({ after, of, becomes }) => {
      const job = await jobAfter(after, of);
      const refused = Object.keys(ACTIONS).find((it) => it !== 'retry' && becomes[it as Action] === null);
      const { body } = await act(job.id, refused as Action, OTHER[refused as Action]);
      const actions = Object.keys(ACTIONS).filter((it) => becomes[it as Action] !== null);
      // A PENDING job is started by a claim, too.
      const named = actions.flatMap((it) => (it === 'run' ? ['claim', 'start'] : [it]));
      expect([...body.allowed].sort()).toEqual(named.sort());
      expect(body.detail).toMatch(/^Cannot .+ a [A-Z]+ job: .+\.$/);
    },
  );

  it.each(CELLS)('$state, $action: $next', async ({ after, of, status, action, next }) => {
    const job = await jobAfter(after, of);
    expect(job.status).toBe(status);
    const [row, records] = [await jobRow(test, job.id), await recordsOf(job.id)];

    const answer = await act(job.id, action, OTHER[action]);

    if (next === null) {
      expect(answer.status).toBe(409);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.body).toMatchObject({
        code: status === 'CANCELLED' ? 'job-cancelled' : codeOf(job, action),
        currentStatus: status,
        attempt: job.attempt,
        rev: job.rev,
        allowed: expect.any(Array),
      });
    } else {
      const changed = next !== status || action === 'progress';
      const rev = changed ? job.rev + 1 : job.rev;
      const attempt = action === 'run' ? job.attempt + 1 : job.attempt;
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ id: job.id, status: next, attempt, rev });
      expect(answer.headers.etag).toBe(`"${rev}"`);
      expect(await recordsOf(job.id)).toHaveLength(records.length + (changed ? 1 : 0));
      if (changed) return;
    }
    expect(await jobRow(test, job.id)).toEqual(row);
    expect(await recordsOf(job.id)).toEqual(records);
  });
});

describe('a repeated action returns the job unchanged:', () => {
  async function expectUnchanged(job: Job, answer: Response): Promise<void> {
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: job.id, status: job.status, rev: job.rev, attempt: job.attempt });
    expect(answer.headers.etag).toBe(`"${job.rev}"`);
  }

  it.each([
    ['run', ['run'], {}],
    ['run', ['run'], { attempt: 1 }],
    ['complete', ['run', 'complete'], {}],
    ['fail', ['run', 'fail'], {}],
    ['fail', ['fail'], {}],
    ['retry', ['run', 'fail', 'retry'], { attempt: 1 }],
    ['cancel', ['cancel'], {}],
    ['cancel', ['run', 'cancel'], { attempt: 1 }],
  ] as [Action, Action[], Record<string, unknown>][])('%s after %j with %j', async (action, after, more) => {
    const job = await jobAfter(after);
    const records = await recordsOf(job.id);
    await expectUnchanged(job, await act(job.id, action, more));
    // Also for a client that has not heard of the first answer, and names the rev before it.
    await expectUnchanged(job, await act(job.id, action, more, { ifMatch: `"${job.rev - 1}"` }));
    expect(await recordsOf(job.id)).toEqual(records);
  });

  it('a start by another coordinator, or without an agentId, answers 409 on a RUNNING job', async () => {
    const job = await jobAfter(['run']);
    const other = await registerCoordinator(test, { workspaceIds: coordinator.workspaceIds });
    expect((await act(job.id, 'run', {}, { key: other.apiKey })).status).toBe(409);
    const nameless = { status: 'RUNNING' };
    const anonymous = await jobAfter([]);
    const start = () =>
      call(test, 'patch', `/coordinator/jobs/${anonymous.id}/status`, {
        key: coordinator.apiKey,
        body: nameless,
      });
    expect((await start()).status).toBe(200);
    expect((await start()).status).toBe(409);
  });

  it('a repeated retry without an attempt answers 409', async () => {
    const job = await jobAfter(['run', 'fail', 'retry']);
    expect(await act(job.id, 'retry')).toMatchObject({ status: 409, body: { code: 'illegal-transition' } });
  });
});

describe('attempt (fencing token)', () => {
  const FENCED = ['progress', 'complete', 'fail', 'cancel'] as const;

  it.each(FENCED)(
    '%s for an attempt that ended answers 409 stale-attempt, and changes nothing',
    async (action) => {
      const job = await jobAfter(['run', 'fail', 'retry', 'run']);
      const row = await jobRow(test, job.id);
      const late = await act(job.id, action, { attempt: 1 });
      expect(late).toMatchObject({
        status: 409,
        body: { code: 'stale-attempt', currentStatus: 'RUNNING', attempt: 2, rev: job.rev },
      });
      expect(await jobRow(test, job.id)).toEqual(row);
      expect((await act(job.id, action, { attempt: 2 })).status).toBe(200);
    },
  );

  it.each(FENCED)('%s for any attempt answers 409 stale-attempt on a PENDING job', async (action) => {
    const job = await jobAfter(['run', 'fail', 'retry']);
    for (const attempt of [0, 1, 2]) {
      expect(await act(job.id, action, { attempt })).toMatchObject({
        status: 409,
        body: {
          code: 'stale-attempt',
          currentStatus: 'PENDING',
          attempt: 1,
          rev: job.rev,
          allowed: ['claim', 'start', 'fail', 'cancel'],
          ...(attempt === 1 && { reason: 'failed' }),
        },
      });
    }
  });

  it('is checked after If-Match and before the state', async () => {
    const job = await jobAfter(['run', 'fail']);
    const completed = (attempt: number, ifMatch: string) => act(job.id, 'complete', { attempt }, { ifMatch });
    expect((await completed(2, '"1"')).body.code).toBe('precondition-failed');
    expect((await completed(2, `"${job.rev}"`)).body.code).toBe('stale-attempt');
    expect((await completed(1, `"${job.rev}"`)).body.code).toBe('illegal-transition');
  });
});

describe('If-Match', () => {
  it.each([
    [(rev: number) => `"${rev}"`, 200],
    [() => '*', 200],
    [(rev: number) => `"9", "${rev}"`, 200],
    [(rev: number) => `"${rev - 1}"`, 412],
    [(rev: number) => `W/"${rev}"`, 412],
    [() => '"somebody-elses"', 412],
    [() => 'nonsense', 400],
    [() => '', 400],
  ])('answers 200, 412 or 400 by its value (case %#)', async (header, status) => {
    for (const action of ['progress', 'complete'] as const) {
      const job = await jobAfter(['run']);
      const row = await jobRow(test, job.id);
      const answer = await act(job.id, action, {}, { ifMatch: header(job.rev) });
      expect(answer.status).toBe(status);
      if (status === 200) continue;
      expect(await jobRow(test, job.id)).toEqual(row);
      if (status !== 412) continue;
      expect(answer.body).toMatchObject({
        code: 'precondition-failed',
        currentStatus: 'RUNNING',
        rev: job.rev,
      });
    }
  });

  it('accepts the ETag of GET', async () => {
    const { id } = await jobAfter(['run']);
    const read = await call(test, 'get', `/coordinator/jobs/${id}`, { key: coordinator.apiKey });
    expect(read.headers.etag).toBe(`"${read.body.rev}"`);
    const ifMatch = read.headers.etag ?? '';
    expect((await act(id, 'progress', {}, { ifMatch })).status).toBe(200);
    expect((await act(id, 'progress', { progressPercent: 60 }, { ifMatch })).status).toBe(412);
  });
});

describe('PATCH /coordinator/jobs/:id/progress', () => {
  it('never lowers progressPercent and tokensUsed', async () => {
    const { id } = await jobAfter(['run']);
    const report = async (body: Record<string, unknown>) => (await act(id, 'progress', body)).body;
    expect(await report({ progressPercent: 40, tokensUsed: 100, currentStep: 'tests' })).toMatchObject({
      progressPercent: 40,
      tokensUsed: 100,
      currentStep: 'tests',
      applied: true,
      rev: 3,
    });
    expect(await report({ progressPercent: 30, tokensUsed: 120, currentStep: 'build' })).toMatchObject({
      progressPercent: 40,
      tokensUsed: 120,
      currentStep: 'tests',
      applied: true,
      rev: 4,
    });
    expect(await report({ progressPercent: 40, tokensUsed: 90 })).toMatchObject({
      progressPercent: 40,
      tokensUsed: 120,
      applied: false,
      rev: 4,
    });
    expect(await report({ progressPercent: 100 })).toMatchObject({ progressPercent: 100, applied: true });
    expect((await recordsOf(id)).map(({ action }) => action)).toEqual([
      'job.created',
      'job.progressed',
      'job.progressed',
      'job.progressed',
      'job.started',
    ]);
  });

  it('starts at 0 in a new attempt', async () => {
    const { id } = await jobAfter(['run', 'progress', 'fail', 'retry']);
    expect((await act(id, 'run')).body).toMatchObject({ attempt: 2, progressPercent: 0, error: null });
  });
});

describe('GET /coordinator/jobs/:id/attempts', () => {
  it('returns each attempt with its result', async () => {
    const { id } = await jobAfter(['run', 'progress', 'fail', 'retry', 'run', 'complete']);
    const { body } = await call(test, 'get', `/coordinator/jobs/${id}/attempts`, { key: coordinator.apiKey });
    const attempts: JobAttempt[] = body.items;
    const [first, second] = [...attempts].sort((one, other) => one.attempt - other.attempt);
    expect(attempts).toHaveLength(2);
    expect(first).toMatchObject({
      attempt: 1,
      status: 'FAILED',
      coordinatorId: coordinator.id,
      agentId: 'agent-1',
      progressPercent: 50,
      error: 'broken',
      failedStep: 'tests',
      result: null,
    });
    expect(second).toMatchObject({ attempt: 2, status: 'COMPLETED', error: null, result: { ok: true } });
    for (const { startedAt, endedAt } of attempts) {
      expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(startedAt));
    }
  });

  it('is empty for a job that was never started', async () => {
    const { id } = await jobAfter([]);
    const { body } = await call(test, 'get', `/coordinator/jobs/${id}/attempts`, { key: coordinator.apiKey });
    expect(body.items).toEqual([]);
  });
});
