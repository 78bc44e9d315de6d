import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  registerWorkspace,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

/*
 * After a claim that got a job, a shorter statement takes the next one. It must refuse and leave what the full statement does.
 */

/** More than the short statement searches. */
const MANY = 20;

let test: TestApp;
let workspaces: string[];
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  workspaces = [];
  for (let at = 0; at < 2; at += 1) workspaces.push((await registerWorkspace(test)).id);
  coordinator = await registerCoordinator(test, { workspaceIds: workspaces });
});

function claim(of: object = {}): Promise<Response> {
  return call(test, 'post', '/coordinator/jobs/claim', {
    key: coordinator.apiKey,
    body: { agentId: 'agent-1', ...of },
  });
}

/** Claims `count` jobs. @returns the places of their workspaces */
async function claimed(count: number, of: object = {}): Promise<number[]> {
  const places: number[] = [];
  for (let at = 0; at < count; at += 1) {
    places.push(workspaces.indexOf(succeed<{ workspaceId: string }>(await claim(of)).workspaceId));
  }
  return places;
}

async function backlog(place: number, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1)
    await createJob(test, coordinator, { workspaceId: workspaces[place] });
}

const changeCoordinator = (change: object) =>
  admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, change);

it('answers with the whole job, also after an attempt that failed', async () => {
  await backlog(0, 1);
  await claimed(1);
  const { id } = await createJob(test, coordinator, {
    workspaceId: workspaces[0],
    priority: 70,
    issueNumber: 5,
    metadata: { branch: 'main' },
    retry: { delaySeconds: 1, backoff: 'fixed', maxDelaySeconds: 1 },
  });
  const key = coordinator.apiKey;
  const change = async (method: 'patch' | 'post', how: string, body: object = {}) =>
    succeed(await call(test, method, `/coordinator/jobs/${id}/${how}`, { key, body }));
  for (const attempt of [1, 2]) {
    const answer = await claim({ agentType: 'builder' });
    const found = await call(test, 'get', `/coordinator/jobs/${id}`, { key });
    expect(answer.body).toMatchObject({ id, attempt });
    expect(answer.body).toEqual(found.body);
    expect(Object.keys(answer.body)).toEqual(Object.keys(found.body));
    expect(answer.headers.etag).toBe(found.headers.etag);

    await change('patch', 'progress', { progressPercent: 40, currentStep: 'tests', tokensUsed: 900 });
    const gateResults = { tests: 'failed' };
    await change('post', 'fail', {
      error: 'x',
      failedStep: 'tests',
      gateResults,
      continuationPrompt: 'again',
    });
    await change('post', 'retry');
  }
});

it('starts the job: a new attempt of the caller, with a lease, and a record', async () => {
  await backlog(0, 2);
  await claimed(1);
  const job = succeed<{ id: string; leaseExpiresAt: string; startedAt: string }>(
    await claim({ agentType: 'builder', leaseSeconds: 90 }),
  );
  expect(job).toMatchObject({
    status: 'RUNNING',
    attempt: 1,
    coordinatorId: coordinator.id,
    agentId: 'agent-1',
    agentType: 'builder',
    progressPercent: 0,
  });
  expect(Date.parse(job.leaseExpiresAt) - Date.parse(job.startedAt)).toBe(90_000);
  const { items } = await admin<{ items: { action: string; actorId: string; keyId: string }[] }>(
    test,
    'get',
    `/audit-log?resourceId=${job.id}&action=job.started`,
  );
  expect(items).toMatchObject([
    { action: 'job.started', actorId: coordinator.id, keyId: coordinator.key.id },
  ]);
});

it('leaves the jobs of a workspace that has reached a limit which was set meanwhile', async () => {
  await backlog(0, 4);
  await claimed(2);
  await admin(test, 'patch', `/admin/workspaces/${workspaces[0]}`, { maxRunning: 3 });
  await claimed(1);
  expect((await claim()).status).toBe(204);
  await backlog(1, 1);
  expect(await claimed(1)).toEqual([1]);
});

it('gives a workspace its turn, although a limit was set for it meanwhile', async () => {
  await backlog(0, 6);
  await backlog(1, 6);
  await claimed(2);
  await admin(test, 'patch', `/admin/workspaces/${workspaces[1]}`, { maxRunning: 4 });
  expect((await claimed(4)).sort()).toEqual([0, 0, 1, 1]);
});

it('gives no job to a coordinator that has reached a limit which was set meanwhile', async () => {
  await backlog(0, 4);
  await claimed(2);
  await changeCoordinator({ maxRunning: 2 });
  expect((await claim()).status).toBe(204);
});

it('is refused if it names a workspace that was taken away meanwhile', async () => {
  await backlog(0, 3);
  await backlog(1, 3);
  const named = { workspaceIds: workspaces };
  await claimed(2, named);
  await changeCoordinator({ workspaceIds: [workspaces[0]] });
  const refused = await claim(named);
  expect([refused.status, refused.body.code]).toEqual([403, 'workspace-forbidden']);
});

it('takes no job of a workspace that was taken away meanwhile', async () => {
  await backlog(0, 3);
  await backlog(1, 3);
  await claimed(2);
  await changeCoordinator({ workspaceIds: [workspaces[0]] });
  expect(await claimed(2)).toEqual([0, 0]);
  expect((await claim()).status).toBe(204);
});

it('is refused if the permission was taken away meanwhile', async () => {
  await backlog(0, 3);
  await claimed(2);
  await changeCoordinator({ permissions: ['jobs:read'] });
  const without = await claim();
  expect([without.status, without.body.code]).toEqual([403, 'permission-missing']);
  await changeCoordinator({ permissions: ['jobs:read', 'jobs:write'] });
  await claimed(1);
});

it('takes a job of the last of many workspaces in turn', async () => {
  await backlog(0, 1);
  await claimed(1);
  for (let at = 2; at < MANY; at += 1) workspaces.push((await registerWorkspace(test)).id);
  await changeCoordinator({ workspaceIds: workspaces });
  await backlog(MANY - 1, 1);
  expect(await claimed(1)).toEqual([MANY - 1]);
});

it('gives none if none waits, and the next one once there is one', async () => {
  await backlog(0, 2);
  await claimed(2);
  expect((await claim()).status).toBe(204);
  expect((await claim()).status).toBe(204);
  await backlog(1, 2);
  expect(await claimed(2)).toEqual([1, 1]);
});

it('takes a job of the named type', async () => {
  await createJob(test, coordinator, { workspaceId: workspaces[0], type: 'test' });
  await backlog(0, 1);
  await createJob(test, coordinator, { workspaceId: workspaces[0], type: 'test' });
  const [first, second] = [await claim({ types: ['test'] }), await claim({ types: ['test'] })];
  expect([first.body.type, second.body.type]).toEqual(['test', 'test']);
  expect((await claim({ types: ['test'] })).status).toBe(204);
});

it('gives the same job to a repeated Idempotency-Key', async () => {
  await backlog(0, 3);
  await claimed(1);
  const keyed = () =>
    call(test, 'post', '/coordinator/jobs/claim', {
      key: coordinator.apiKey,
      body: { agentId: 'agent-1' },
      headers: { 'Idempotency-Key': 'one-claim' },
    });
  const [once, again] = [await keyed(), await keyed()];
  expect(again.body.id).toBe(once.body.id);
});
