import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { holdTime, startTime } from '../support/clock.js';
import {
  admin,
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  registerWorkspace,
  type TestCoordinator,
} from '../support/registry.js';
import { LONG, Waits } from './waiting-fixture.js';

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
  startTime();
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

describe('a request that waits', () => {
  it('counts once against the limit', async () => {
    holdTime();
    const { id } = await createJob(test, coordinator);
    const left = async () => {
      const { headers } = await call(test, 'get', '/coordinator/health', { key: coordinator.apiKey });
      return Number(headers['ratelimit-remaining']);
    };
    const before = await left();
    const read = await waits.read(coordinator, id);
    const claimed = await waits.claim(coordinator, { types: ['later'] });
    await cancel(id);
    await createJob(test, coordinator, { type: 'later' });
    await Promise.all([read.soon(), claimed.soon()]);
    // Two that waited, the two changes, and this one.
    expect(await left()).toBe(before - 5);
  });

  it.each<[string, (them: TestCoordinator) => Promise<unknown>, [number, string]]>([
    [
      'its key is revoked',
      (it) => call(test, 'post', '/keys/revoke', { body: { key: it.apiKey } }),
      [401, 'key-revoked'],
    ],
    [
      'its coordinator is suspended',
      (it) => admin(test, 'patch', `/admin/coordinators/${it.id}`, { status: 'SUSPENDED' }),
      [403, 'coordinator-suspended'],
    ],
    [
      'its coordinator is deleted',
      (it) => admin(test, 'delete', `/admin/coordinators/${it.id}`),
      [401, 'key-revoked'],
    ],
    [
      'its permission is withdrawn',
      (it) => admin(test, 'patch', `/admin/coordinators/${it.id}`, { permissions: ['stitcher:dispatch'] }),
      [403, 'permission-missing'],
    ],
    [
      'its network is no longer allowed',
      (it) => admin(test, 'patch', `/admin/coordinators/${it.id}`, { allowedNetworks: ['203.0.113.0/24'] }),
      [403, 'network-forbidden'],
    ],
  ])('ends when %s', async (_, withdraw, refusal) => {
    const { id } = await createJob(test, coordinator, { type: 'other' });
    const read = await waits.read(coordinator, id);
    const claims = [
      await waits.claim(coordinator, { types: ['build'] }),
      await waits.claim(coordinator, { types: ['build'] }),
    ];
    await withdraw(coordinator);
    expect(await read.refusal()).toEqual(refusal);
    for (const claim of claims) expect(await claim.refusal()).toEqual(refusal);
  });

  it('ends with all others that its refusal concerns, however many they are', async () => {
    // More than the looks of the server within the time that `untilHeld` allows.
    const many = 250;
    const claims = Array.from({ length: many }, () => claim({ types: ['later'], waitSeconds: LONG }));
    await waits.untilHeld(many);
    await admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { status: 'SUSPENDED' });
    await waits.untilHeld(0);
    const answers = await Promise.all(claims);
    expect(answers.map(({ status }) => status)).toEqual(Array(many).fill(403));
  });

  it('ends when its workspace is withdrawn', async () => {
    const [workspaceId = ''] = coordinator.workspaceIds;
    const { id } = await createJob(test, coordinator, { type: 'other' });
    const read = await waits.read(coordinator, id);
    const claim = await waits.claim(coordinator, { workspaceIds: [workspaceId], types: ['build'] });
    await allow([(await registerWorkspace(test)).id], coordinator);
    expect(await read.refusal()).toEqual([404, 'not-found']);
    expect(await claim.refusal()).toEqual([403, 'workspace-forbidden']);
  });

  it('ends when its key expires', async () => {
    const brief = await registerCoordinator(test, {
      workspaceIds: coordinator.workspaceIds,
      keyExpiresAt: new Date(Date.now() + 3_000).toISOString(),
    });
    const { id } = await createJob(test, coordinator);
    expect(await (await waits.read(brief, id)).refusal()).toEqual([401, 'key-expired']);
  });

  it('is forgotten when its client disconnects, and claims nothing', async () => {
    const { port } = new URL(await test.app.getUrl());
    const body = JSON.stringify({ agentId: 'gone', waitSeconds: 60 });
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /coordinator/jobs/claim HTTP/1.1\r\nHost: a\r\nX-API-Key: ${coordinator.apiKey}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await waits.untilHeld(1);
    socket.destroy();
    await waits.untilHeld(0);
    const { id } = await createJob(test, coordinator);
    expect((await jobRow(test, id)).status).toBe('PENDING');
    expect((await claim({ agentId: 'there', waitSeconds: LONG })).body).toMatchObject({
      id,
      agentId: 'there',
    });
  });
});
