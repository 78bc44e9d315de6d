import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, createJob, listen, registerCoordinator, type TestCoordinator } from '../support/registry.js';

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
});

afterAll(() => test?.close());

const READERS = [
  ['/coordinator/jobs', () => coordinator.apiKey],
  ['/jobs', () => test.adminKey],
] as const;

describe.each(READERS)('If-None-Match on GET %s/:id', (path, keyOf) => {
  const read = (id: string, tags?: string, method: 'get' | 'head' = 'get') =>
    call(test, method, `${path}/${id}`, {
      key: keyOf(),
      ...(tags !== undefined && { headers: { 'If-None-Match': tags } }),
    });

  it.each(['"1"', 'W/"1"', '*', ' * ', '"7", "1"', 'W/"7" ,W/"1"', '"a,b","1"'])(
    '%s answers 304 for a job of rev 1, with its ETag and no body',
    async (tags) => {
      const { id } = await createJob(test, coordinator);
      const whole = await read(id);
      for (const method of ['get', 'head'] as const) {
        const answer = await read(id, tags, method);
        expect([answer.status, answer.headers.etag, answer.text ?? '']).toEqual([304, '"1"', '']);
        expect(answer.headers['content-type']).toBeUndefined();
        const length = method === 'head' ? whole.headers['content-length'] : undefined;
        expect(answer.headers['content-length']).toBe(length);
        expect(answer.headers['ratelimit-limit']).toBeDefined();
      }
    },
  );

  it.each(['"2"', '"7", "8"', '"1,2"', '', '1', 'W/1', '"1', '"1" "2"', '"*"'])(
    '%j answers 200, because it does not contain the ETag',
    async (tags) => {
      const { id } = await createJob(test, coordinator);
      const answer = await read(id, tags);
      expect([answer.status, answer.body.id, answer.headers.etag]).toEqual([200, id, '"1"']);
    },
  );

  it('answers 200 after the job has changed', async () => {
    const { id } = await createJob(test, coordinator);
    const { headers } = await read(id);
    expect((await read(id, headers.etag)).status).toBe(304);
    await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'CANCELLED' },
    });
    const changed = await read(id, headers.etag);
    expect([changed.status, changed.body.status, changed.headers.etag]).toEqual([200, 'CANCELLED', '"2"']);
  });

  it('reveals nothing of a job of another tenant', async () => {
    const other = await registerCoordinator(test);
    const { id } = await createJob(test, other);
    const { id: own } = await createJob(test, coordinator);
    if (path === '/coordinator/jobs') expect((await read(id, '*')).body.code).toBe('not-found');
    const refused = await call(test, 'get', `${path}/${own}`, { headers: { 'If-None-Match': '*' } });
    expect([refused.status, refused.body.code]).toEqual([401, 'missing-credential']);
  });
});

it('a change ignores If-None-Match', async () => {
  const { id } = await createJob(test, coordinator);
  const answer = await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
    key: coordinator.apiKey,
    body: { status: 'CANCELLED' },
    headers: { 'If-None-Match': '*' },
  });
  expect([answer.status, answer.body.status]).toEqual([200, 'CANCELLED']);
});
