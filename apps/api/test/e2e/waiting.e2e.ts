import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import {
  admin,
  call,
  createJob,
  issueKey,
  listen,
  registerCoordinator,
  startJob,
  type TestCoordinator,
} from '../support/registry.js';
import { LONG, type Waiting, Waits } from './waiting-fixture.js';

let test: TestApp;
let waits: Waits;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  waits = new Waits(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  coordinator = await registerCoordinator(test);
});

afterEach(async () => {
  // A request that is still held would be counted in the next test.
  await waits.untilHeld(0);
});

function cancel(id: string) {
  return call(test, 'patch', `/coordinator/jobs/${id}/status`, {
    key: coordinator.apiKey,
    body: { status: 'CANCELLED' },
  });
}

function claim(body: object, headers: Record<string, string> = {}) {
  return call(test, 'post', '/coordinator/jobs/claim', {
    key: coordinator.apiKey,
    body: { agentId: 'agent-1', ...body },
    headers,
  });
}

function allow(ids: string[], of: TestCoordinator) {
  return admin(test, 'patch', `/admin/coordinators/${of.id}`, { workspaceIds: ids });
}

describe('GET /coordinator/jobs/:id with waitSeconds', () => {
  it('is answered when the job changes', async () => {
    const { id } = await createJob(test, coordinator);
    const waiting = await waits.read(coordinator, id);
    await cancel(id);
    const { status, body, headers } = await waiting.soon();
    expect([status, body.status, headers.etag]).toEqual([200, 'CANCELLED', '"2"']);
  });

  it('is answered when an operator cancels the job', async () => {
    const { id, rev } = await startJob(test, coordinator);
    const waiting = await waits.read(coordinator, id, { tags: `"${rev}"` });
    await admin(test, 'post', `/jobs/${id}/cancel`, { reason: 'wrong branch' });
    expect((await waiting.soon()).body.status).toBe('CANCELLED');
  });

  it('is answered when the job changes through another replica', async () => {
    const other = await startServer(test.database.apiUrl);
    try {
      await other.listen(0, '127.0.0.1');
      const { id } = await createJob(test, coordinator);
      const waiting = await waits.read(coordinator, id);
      await fetch(`${await other.getUrl()}/coordinator/jobs/${id}/status`, {
        method: 'PATCH',
        headers: { 'X-API-Key': coordinator.apiKey, 'Content-Type': 'application/json' },
        body: JSON.stringify({ status: 'CANCELLED' }),
      });
      expect((await waiting.soon()).body.status).toBe('CANCELLED');
    } finally {
      await other.close();
    }
  });

  it('is answered 304 when the time is over', async () => {
    const { id } = await createJob(test, coordinator);
    const { status, headers, text } = await call(test, 'get', `/coordinator/jobs/${id}?waitSeconds=1`, {
      key: coordinator.apiKey,
      headers: { 'If-None-Match': '"1"' },
    });
    expect([status, headers.etag, text]).toEqual([304, '"1"', '']);
  });

  it('goes on waiting while If-None-Match also names the new rev', async () => {
    const { id } = await createJob(test, coordinator);
    const waiting = await waits.read(coordinator, id, { tags: '"1", W/"2"' });
    const other = await waits.read(coordinator, id);
    await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'RUNNING', agentId: 'agent-1' },
    });
    // Both are woken by the new rev, which answers this one.
    await other.soon();
    await cancel(id);
    const { body, headers } = await waiting.soon();
    expect([body.status, headers.etag]).toEqual(['CANCELLED', '"3"']);
  });

  it('is answered at once if the client does not know the present rev', async () => {
    const { id } = await createJob(test, coordinator);
    for (const tags of ['"7"', 'nonsense']) {
      const { status } = await call(test, 'get', `/coordinator/jobs/${id}?waitSeconds=60`, {
        key: coordinator.apiKey,
        headers: { 'If-None-Match': tags },
      });
      expect(status).toBe(200);
    }
  });

  it('is one read in the log with AUDIT_READS', async () => {
    const other = await startServer(test.database.apiUrl, { auditReads: true });
    try {
      await other.listen(0, '127.0.0.1');
      const { id } = await createJob(test, coordinator);
      const answer = await fetch(`${await other.getUrl()}/coordinator/jobs/${id}?waitSeconds=1`, {
        headers: { 'X-API-Key': coordinator.apiKey, 'If-None-Match': '"1"' },
      });
      expect(answer.status).toBe(304);
      expect(await recordsWhere(test, `resource_id = $1 AND action = 'job.read'`, [id])).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it.each(['0', '61', 'x', '1.5', ''])('answers 400 for waitSeconds=%s', async (seconds) => {
    const { id } = await createJob(test, coordinator);
    const { status, body } = await call(test, 'get', `/coordinator/jobs/${id}?waitSeconds=${seconds}`, {
      key: coordinator.apiKey,
      headers: { 'If-None-Match': '"1"' },
    });
    expect([status, body.code, body.errors[0].member]).toEqual([400, 'invalid-request', 'waitSeconds']);
  });

  it('answers 400 without If-None-Match, and says what is missing', async () => {
    const { id } = await createJob(test, coordinator);
    const { status, body } = await call(test, 'get', `/coordinator/jobs/${id}?waitSeconds=1`, {
      key: coordinator.apiKey,
    });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(body.detail).toBe('waitSeconds needs If-None-Match with the ETag of the job');
  });
});

describe('POST /coordinator/jobs/claim with waitSeconds', () => {
  it('is answered with the job as soon as there is one, and leaves one record', async () => {
    const waiting = await waits.claim(coordinator, { types: ['build'], agentType: 'tester' });
    await createJob(test, coordinator, { type: 'other' });
    const { id } = await createJob(test, coordinator);
    const { status, body, headers } = await waiting.soon();
    expect([status, headers.etag]).toEqual([200, '"2"']);
    expect(body).toMatchObject({
      id,
      status: 'RUNNING',
      attempt: 1,
      agentId: 'agent-1',
      agentType: 'tester',
    });
    expect(Date.parse(body.leaseExpiresAt) - Date.parse(body.startedAt)).toBe(300_000);
    expect(await recordsWhere(test, `resource_id = $1 AND action = 'job.started'`, [id])).toHaveLength(1);
  });

  it('is answered with a job that comes back to PENDING', async () => {
    const { id } = await startJob(test, coordinator);
    const waiting = await waits.claim(coordinator);
    for (const [step, body] of [
      ['fail', { error: 'x' }],
      ['retry', {}],
    ] as const) {
      await call(test, 'post', `/coordinator/jobs/${id}/${step}`, { key: coordinator.apiKey, body });
    }
    expect((await waiting.soon()).body).toMatchObject({ id, attempt: 2 });
  });

  it('is answered with the job of a workspace that is allowed meanwhile', async () => {
    const other = await registerCoordinator(test);
    const { id } = await createJob(test, other);
    const waiting = await waits.claim(coordinator);
    await allow([...coordinator.workspaceIds, ...other.workspaceIds], coordinator);
    expect((await waiting.soon()).body.id).toBe(id);
  });

  it('is answered 204 when the time is over', async () => {
    const { status, text } = await claim({ waitSeconds: 1 });
    expect([status, text]).toEqual([204, '']);
  });

  it('gives each job to one of many waiting claims, and the others go on waiting', async () => {
    const claims = Array.from({ length: 30 }, (_, n) =>
      claim({
        agentId: `agent-${n}`,
        waitSeconds: LONG,
        types: n % 2 === 0 ? ['build'] : ['build', 'deploy'],
      }),
    );
    await waits.untilHeld(30);
    const created = await Promise.all(Array.from({ length: 20 }, () => createJob(test, coordinator)));
    await waits.untilHeld(10);
    await admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, {
      status: 'SUSPENDED',
      runs: 'leave',
    });
    const answers = await Promise.all(claims);
    const claimed = answers.filter(({ status }) => status === 200).map(({ body }) => body.id);
    expect(claimed.sort()).toEqual(created.map(({ id }) => id).sort());
  });

  it('is answered after a look at the database that took long, whatever other claims wait for', async () => {
    const types = Array.from({ length: 12 }, (_, n) => `type ${n}`);
    const waiting: Waiting[] = [];
    for (const type of types) waiting.push(await waits.claim(coordinator, { types: [type] }));
    const holder = await test.database.owner.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE public.jobs IN ACCESS EXCLUSIVE MODE');
      await holder.query('SELECT pg_sleep(1.5)');
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    const created = await Promise.all(types.map((type) => createJob(test, coordinator, { type })));
    const answers = await Promise.all(waiting.map((it) => it.soon()));
    expect(answers.map(({ body }) => body.id)).toEqual(created.map(({ id }) => id));
  });

  it('keeps at most 4 MiB of the scopes of one coordinator', async () => {
    const workspaceIds = Array.from({ length: 1_000 }, () => coordinator.workspaceIds[0]);
    const claims = Array.from({ length: 120 }, (_, n) =>
      claim({ workspaceIds, types: [`type ${n}`], waitSeconds: LONG }),
    );
    const refused = await Promise.race(claims);
    expect([refused.status, refused.body.code, refused.body.detail, refused.headers['retry-after']]).toEqual([
      503,
      'overloaded',
      'Too many requests are waiting. Nothing was done.',
      '5',
    ]);
    await call(test, 'post', '/keys/revoke', { body: { key: coordinator.apiKey } });
    const codes = (await Promise.all(claims)).map(({ body }) => body.code);
    expect(new Set(codes)).toEqual(new Set(['overloaded', 'key-revoked']));
  });

  it('gives two waiting claims with the same Idempotency-Key one job', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const one = await waits.claim(coordinator, { headers });
    // It uses another API key: claims that share one wake each other anyway, and here only the Idempotency-Key may wake it. Another
    // `waitSeconds` does not make it another request.
    const other = await waits.claim(await issueKey(test, coordinator.id), { headers, seconds: 59 });
    await createJob(test, coordinator);
    const answers = await Promise.all([one.soon(), other.soon()]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(1);
    const later = await claim({}, headers);
    expect([later.body.id, later.headers['idempotency-replayed']]).toEqual([answers[0]?.body.id, 'true']);
  });

  it.each([0, 61, 1.5, 'x', '5', null])('answers 400 for waitSeconds %j', async (waitSeconds) => {
    const { status, body } = await claim({ waitSeconds });
    expect([status, body.errors?.[0]?.member]).toEqual([400, 'waitSeconds']);
  });
});
