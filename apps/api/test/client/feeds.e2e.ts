import { createCoordinator, createOperator } from '@coordinator-registry/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Fault, FaultyProxy } from '../support/faulty-proxy.js';
import {
  call,
  close,
  createJob,
  listen,
  registerCoordinator,
  startJob,
  succeed,
} from '../support/registry.js';

describe('feeds of the client', () => {
  let test: TestApp;
  let url: string;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
  });
  afterAll(() => close(test));
  afterEach(() => FaultyProxy.closeAll());

  it('goes on after the last event if the connection breaks, without a loss or a repeat', async () => {
    const registered = await registerCoordinator(test);
    const faults: (Fault | undefined)[] = ['cut', { status: 502 }, 'cut'];
    const proxy = await FaultyProxy.open(url, () => faults.shift());
    const coordinator = createCoordinator({ url: proxy.url, key: registered.apiKey });
    const jobs: string[] = [];
    for (let it = 0; it < 20; it += 1) jobs.push((await createJob(test, registered)).id);

    const seen: string[] = [];
    const positions: number[] = [];
    for await (const event of coordinator.events()) {
      expect(event).toMatchObject({ action: 'job.created', actorId: registered.id, rev: 1 });
      seen.push(event.resourceId);
      positions.push(event.position);
      if (seen.length === 10) jobs.push((await createJob(test, registered)).id);
      if (seen.length === 21) break;
    }
    expect(seen).toEqual(jobs);
    expect(positions).toEqual([...positions].sort((one, other) => one - other));
    expect(proxy.requests.length).toBeGreaterThanOrEqual(4);
  });

  it('gives operators their records by filter, from a position, to the end', async () => {
    const registered = await registerCoordinator(test);
    const job = await startJob(test, registered);
    const operator = createOperator({ url, key: test.adminKey });
    const filter = { resourceId: job.id };
    const actions: string[] = [];
    let position = 0;
    for await (const record of operator.feed({ filter })) {
      actions.push(`${record.actorName === registered.name} ${record.action}`);
      position = record.position;
      if (actions.length === 2) break;
    }
    expect(actions).toEqual(['true job.created', 'true job.started']);
    for await (const record of operator.feed({ filter, after: position, follow: false })) {
      throw new Error(`${record.action} comes twice`);
    }
  });

  it('throws the refusal of a position, and the reason of its signal', async () => {
    const operator = createOperator({ url, key: test.adminKey });
    const wrong = operator.feed({ after: 1_000_000 });
    await expect(wrong.next()).rejects.toMatchObject({ problem: { code: 'position-unknown' } });
    const controller = new AbortController();
    const next = operator.feed({ after: 'latest', signal: controller.signal }).next();
    setTimeout(() => controller.abort(new Error('enough')), 300);
    await expect(next).rejects.toThrow('enough');
  });

  it('waits for the end of a job', async () => {
    const registered = await registerCoordinator(test);
    const job = await startJob(test, registered);
    const coordinator = createCoordinator({ url, key: registered.apiKey });
    const ended = coordinator.waitForEnd(job.id);
    const path = `/coordinator/jobs/${job.id}`;
    const body = { progressPercent: 50 };
    succeed(await call(test, 'patch', `${path}/progress`, { key: registered.apiKey, body }));
    succeed(await call(test, 'post', `${path}/complete`, { key: registered.apiKey, body: {} }));
    expect(await ended).toMatchObject({ id: job.id, status: 'COMPLETED' });
  });
});
