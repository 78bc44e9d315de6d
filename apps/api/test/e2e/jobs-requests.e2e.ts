import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { membersAtFault } from '../support/audited.js';
import {
  call,
  createJob,
  listen,
  registerCoordinator,
  startJob,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
});

afterAll(() => test?.close());

function create(
  body: Record<string, unknown> | string,
  { idempotencyKey, apiKey = coordinator.apiKey }: { idempotencyKey?: string; apiKey?: string } = {},
): Promise<Response> {
  return call(test, 'post', '/coordinator/jobs', {
    key: apiKey,
    body:
      typeof body === 'string' ? body : { workspaceId: coordinator.workspaceIds[0], type: 'build', ...body },
    ...(idempotencyKey !== undefined && { headers: { 'Idempotency-Key': idempotencyKey } }),
  });
}

async function jobCount(): Promise<number> {
  const { rows } = await test.database.owner.query<{ count: number }>(
    'SELECT pg_catalog.count(*)::int AS count FROM public.jobs',
  );
  return rows[0]?.count ?? -1;
}

describe('POST /coordinator/jobs', () => {
  it('creates a PENDING job with the given values and the defaults', async () => {
    const least = await create({});
    expect(least.status).toBe(201);
    expect(least.headers.etag).toBe('"1"');
    expect(least.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
      workspaceId: coordinator.workspaceIds[0],
      type: 'build',
      status: 'PENDING',
      attempt: 0,
      maxAttempts: 3,
      rev: 1,
      repository: null,
      issueNumber: null,
      priority: 50,
      notBefore: null,
      retry: null,
      final: false,
      metadata: {},
      coordinatorId: null,
      agentId: null,
      agentType: null,
      progressPercent: 0,
      currentStep: null,
      tokensUsed: 0,
      durationSeconds: null,
      result: null,
      error: null,
      failedStep: null,
      gateResults: null,
      continuationPrompt: null,
      previousAttempt: null,
      leaseExpiresAt: null,
      triggers: [],
      triggerCount: 0,
      startedAt: null,
      endedAt: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });

    const metadata = { constructor: { a: 1 }, toString: 'x', nested: [{ deep: [null, 1.5, '…'] }] };
    const most = {
      repository: 'any/where',
      issueNumber: 2_147_483_647,
      priority: 0,
      maxAttempts: 20,
      metadata,
    };
    expect((await create(most)).body).toMatchObject(most);
  });

  it('GET returns the job as POST did', async () => {
    const { body } = await create({ metadata: { a: [1, { b: null }] } });
    const read = await call(test, 'get', `/coordinator/jobs/${body.id}`, { key: coordinator.apiKey });
    expect(read.body).toEqual(body);
  });
});

describe('POST /coordinator/jobs with Idempotency-Key', () => {
  it('creates one job for 24 simultaneous requests, and returns it to all', async () => {
    const idempotencyKey = randomUUID();
    const before = await jobCount();
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => create({ metadata: { a: 1 } }, { idempotencyKey })),
    );
    expect(await jobCount()).toBe(before + 1);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(23).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, headers } of answers) {
      expect(headers['idempotency-replayed']).toBe(status === 200 ? 'true' : undefined);
      expect(headers.etag).toBe('"1"');
    }
  });

  it('returns the current state of the job', async () => {
    const idempotencyKey = randomUUID();
    const { body } = await create({}, { idempotencyKey });
    await call(test, 'patch', `/coordinator/jobs/${body.id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'CANCELLED' },
    });
    const again = await create({}, { idempotencyKey });
    expect(again).toMatchObject({ status: 200, body: { id: body.id, status: 'CANCELLED', rev: 2 } });
    expect(again.headers.etag).toBe('"2"');
  });

  it('accepts the same body in another order of members, and answers 422 for another body', async () => {
    const idempotencyKey = randomUUID();
    const workspaceId = coordinator.workspaceIds[0];
    await create({ priority: 1 }, { idempotencyKey });
    const reordered = JSON.stringify({ priority: 1, type: 'build', workspaceId });
    expect((await create(reordered, { idempotencyKey })).status).toBe(200);
    for (const other of [{ priority: 2 }, {}, { priority: 1, metadata: {} }]) {
      expect(await create(other, { idempotencyKey })).toMatchObject({
        status: 422,
        body: { code: 'idempotency-key-reused' },
      });
    }
  });

  it('keeps the keys of each coordinator apart', async () => {
    const idempotencyKey = randomUUID();
    const other = await registerCoordinator(test, { workspaceIds: coordinator.workspaceIds });
    const mine = await create({}, { idempotencyKey });
    const theirs = await create({}, { idempotencyKey, apiKey: other.apiKey });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('forgets a key after 24 hours', async () => {
    const idempotencyKey = randomUUID();
    const first = await create({}, { idempotencyKey });
    await writeAsSystem(
      test,
      `UPDATE public.idempotency_keys SET created_at = created_at - interval '25 hours'
       FROM ctx WHERE ctx.ready AND key = $1`,
      [idempotencyKey],
    );
    const second = await create({ priority: 7 }, { idempotencyKey });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect((await create({ priority: 7 }, { idempotencyKey })).body.id).toBe(second.body.id);
  });

  it('does not use up the key of a refused request', async () => {
    const idempotencyKey = randomUUID();
    expect((await create({ workspaceId: randomUUID() }, { idempotencyKey })).status).toBe(403);
    expect((await create({ priority: 101 }, { idempotencyKey })).status).toBe(400);
    expect((await create({}, { idempotencyKey })).status).toBe(201);
  });

  it.each([
    ['', 400],
    ['x'.repeat(255), 201],
    ['x'.repeat(256), 400],
  ])('%p answers %i', async (idempotencyKey, status) => {
    expect((await create({}, { idempotencyKey })).status).toBe(status);
  });
});

describe('bodies of the job routes', () => {
  const KIB_256 = 262_144;
  /** A JSON object of exactly so many bytes. */
  const ofBytes = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

  async function path(part: string): Promise<string> {
    if (part === '') return '/coordinator/jobs';
    return `/coordinator/jobs/${(await startJob(test, coordinator)).id}/${part}`;
  }

  const ROUTES = {
    create: ['post', '', () => ({ workspaceId: coordinator.workspaceIds[0], type: 'build' })],
    status: ['patch', 'status', () => ({ status: 'CANCELLED' })],
    progress: ['patch', 'progress', () => ({ progressPercent: 10 })],
    complete: ['post', 'complete', () => ({})],
    fail: ['post', 'fail', () => ({ error: 'x' })],
    retry: ['post', 'retry', () => ({})],
  } as const;
  type RouteName = keyof typeof ROUTES;

  async function send(route: RouteName, more: Record<string, unknown>): Promise<Response> {
    const [method, part, body] = ROUTES[route];
    return call(test, method, await path(part), { key: coordinator.apiKey, body: { ...body(), ...more } });
  }

  it.each([
    ['create', 'metadata', 201],
    ['complete', 'result', 200],
    ['fail', 'gateResults', 200],
  ] as const)('%s accepts %s of 256 KiB, and answers 413 above it', async (route, member, status) => {
    expect((await send(route, { [member]: ofBytes(KIB_256) })).status).toBe(status);
    expect(await send(route, { [member]: ofBytes(KIB_256 + 1) })).toMatchObject({
      status: 413,
      body: { code: 'content-too-large' },
    });
  });

  it.each<[RouteName, object, number]>([
    ['progress', { currentStep: 'x' }, 1_048_576],
    // A fail may have two texts of 65,536 characters, each escaped, beside its data.
    ['fail', { continuationPrompt: 'x' }, 3_094 * 1_024],
  ])('answer 413 to a %s above its limit', async (route, text, limit) => {
    const [member = ''] = Object.keys(text);
    expect(await send(route, { [member]: 'x'.repeat(limit) })).toMatchObject({
      status: 413,
      body: { code: 'content-too-large', limit },
    });
  });

  it.each(Object.keys(ROUTES) as RouteName[])('%s refuses unknown members, and null', async (route) => {
    expect(membersAtFault(await send(route, { unknown: 1 }))).toEqual(['unknown']);
    if (route === 'create') {
      for (const member of ['repository', 'issueNumber', 'priority', 'metadata', 'maxAttempts']) {
        expect(membersAtFault(await send(route, { [member]: null }))).toEqual([member]);
      }
    } else expect(membersAtFault(await send(route, { attempt: null }))).toEqual(['attempt']);
  });

  it.each([
    ['create', { workspaceId: 'nonsense' }],
    ['create', { type: '' }],
    ['create', { type: 'x'.repeat(101) }],
    ['create', { type: 7 }],
    ['create', { repository: 'nonsense' }],
    ['create', { issueNumber: 0 }],
    ['create', { issueNumber: 1.5 }],
    ['create', { priority: -1 }],
    ['create', { priority: 101 }],
    ['create', { priority: '50' }],
    ['create', { metadata: [] }],
    ['create', { metadata: 'x' }],
    ['create', { maxAttempts: 0 }],
    ['create', { maxAttempts: 21 }],
    ['status', { status: 'COMPLETED' }],
    ['status', { status: 'running' }],
    ['status', { agentId: '' }],
    ['status', { leaseSeconds: 29 }],
    ['status', { leaseSeconds: 86_401 }],
    ['progress', { progressPercent: -1 }],
    ['progress', { progressPercent: 100.5 }],
    ['progress', { progressPercent: '10' }],
    ['progress', { tokensUsed: -1 }],
    ['progress', { tokensUsed: 2 ** 53 }],
    ['progress', { attempt: 1.5 }],
    ['complete', { tokensUsed: 2 ** 53 }],
    ['complete', { durationSeconds: -1 }],
    ['fail', { error: null }],
    ['fail', { error: 7 }],
    ['retry', { attempt: -1 }],
  ] as [RouteName, Record<string, unknown>][])('%s refuses %j', async (route, more) => {
    const before = await jobCount();
    const answer = await send(route, more);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual(Object.keys(more));
    if (route === 'create') expect(await jobCount()).toBe(before);
  });

  it.each([
    ['create', (text: string) => ({ metadata: { [text]: text } })],
    ['create', (text: string) => ({ type: text })],
    ['status', (text: string) => ({ agentId: text })],
    ['complete', (text: string) => ({ result: [text] })],
    ['fail', (text: string) => ({ gateResults: { a: { b: text } } })],
  ] as [RouteName, (text: string) => Record<string, unknown>][])(
    '%s refuses NUL outside of the report fields',
    async (route, body) => {
      expect(await send(route, body('a\u0000b'))).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });
      expect((await send(route, body('a\u0001b'))).status).toBeLessThan(300);
    },
  );

  it.each([
    ['create', 'metadata'],
    ['complete', 'result'],
    ['fail', 'gateResults'],
  ] as const)('%s accepts %s up to a depth of 64, with the body as level 1', async (route, member) => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
    expect((await send(route, { [member]: nested(63) })).status).toBeLessThan(300);
    expect(await send(route, { [member]: nested(64) })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });

  it('keep the largest tokensUsed exactly', async () => {
    const tokensUsed = 2 ** 53 - 1;
    expect((await send('progress', { tokensUsed })).body.tokensUsed).toBe(tokensUsed);
    expect((await send('complete', { tokensUsed })).body.tokensUsed).toBe(tokensUsed);
  });

  it.each(['nonsense', '00000000-0000-0000-0000-00000000000g', `${randomUUID()}0`])(
    'answer 400 for the id %j',
    async (id) => {
      const { status } = await call(test, 'get', `/coordinator/jobs/${id}`, { key: coordinator.apiKey });
      expect(status).toBe(400);
    },
  );

  it.each(['', '[]', '"x"', '{', 'null'])('answer 400 for the body %j', async (body) => {
    const { id } = await createJob(test, coordinator);
    for (const route of ['/coordinator/jobs', `/coordinator/jobs/${id}/fail`]) {
      const answer = await call(test, 'post', route, { key: coordinator.apiKey, body });
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
  });
});
