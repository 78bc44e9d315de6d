import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Job, JobAttempt } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import { expectGoodEnd, PythonExample } from '../support/python-example.js';
import {
  call,
  createJob,
  listen,
  registerCoordinator,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually, freePort, SERVER, ServerProcess } from '../support/server-process.js';

describe('docs/examples/coordinator.py', () => {
  let test: TestApp;
  let url: string;
  let coordinator: TestCoordinator;
  let example: PythonExample;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    coordinator = await registerCoordinator(test);
    example = new PythonExample(test, url, coordinator);
  });
  afterEach(async () => {
    ServerProcess.killAll();
    await FaultyProxy.closeAll();
  });

  /** The claims that the server holds back. */
  async function waiting(): Promise<number> {
    const { text } = await test.http().get('/metrics');
    return Number(/^http_requests_waiting (\d+)$/m.exec(text)?.[1]);
  }

  async function attemptsOf(job: Job): Promise<JobAttempt[]> {
    const path = `/coordinator/jobs/${job.id}/attempts`;
    return succeed<{ items: JobAttempt[] }>(await call(test, 'get', path, { key: coordinator.apiKey })).items;
  }

  async function hasBegun(job: Job): Promise<void> {
    await eventually(async () => (await example.read(job)).progressPercent > 0, 'the job to be under way');
  }

  it('sends no key through a proxy', async () => {
    const proxy = await FaultyProxy.open(url, () => ({ status: 502 }));
    const job = await example.create(['read']);
    const variables = { http_proxy: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: '', no_proxy: '' };
    await expectGoodEnd(example.run(['--until-idle'], variables));
    expect((await example.read(job)).status).toBe('COMPLETED');
    expect(proxy.requests).toEqual([]);
  });

  it('claims the waiting jobs, reports each step, completes them, and exits', async () => {
    const jobs = [
      await example.create(['read', 'write']),
      await example.create(['read', 'think', 'think', 'write']),
    ];
    await expectGoodEnd(example.run(['--until-idle']));

    for (const [index, job] of jobs.entries()) {
      expect(await example.read(job)).toMatchObject({
        status: 'COMPLETED',
        attempt: 1,
        result: { stepsDone: [2, 4][index] },
        currentStep: 'write',
        progressPercent: [50, 75][index],
      });
    }
    const records = await recordsWhere(test, 'resource_id = $1', [jobs[0]?.id]);
    const progressed = ['job.progressed', 'job.progressed'];
    expect(records.map(({ action }) => action)).toEqual([
      'job.completed',
      'job.created',
      ...progressed,
      'job.started',
    ]);
    expect(new Set(records.map(({ actorName }) => actorName))).toEqual(new Set([coordinator.name]));
  });

  it('claims only the given types', async () => {
    const other = await createJob(test, coordinator, { type: 'review', metadata: { secondsPerStep: 0 } });
    const build = await example.create(['read']);
    await expectGoodEnd(example.run(['--until-idle', '--type', 'build', '--type', 'test']));
    expect([(await example.read(other)).status, (await example.read(build)).status]).toEqual([
      'PENDING',
      'COMPLETED',
    ]);
  });

  it('reports why and where a job failed, and continues with the next', async () => {
    const failing = await example.create(['read', 'fail', 'write']);
    const next = await example.create(['read']);
    await expectGoodEnd(example.run(['--until-idle']));
    expect(await example.read(failing)).toMatchObject({
      status: 'FAILED',
      attempt: 1,
      error: 'RuntimeError: this step was asked to fail',
      failedStep: 'fail',
    });
    expect(await example.read(next)).toMatchObject({ status: 'COMPLETED' });
  });

  it('fails a job whose step is not a string, and continues', async () => {
    const failing = await createJob(test, coordinator, { metadata: { steps: [7], secondsPerStep: 0 } });
    const next = await example.create(['read']);
    await expectGoodEnd(example.run(['--until-idle']));
    expect(await example.read(failing)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^Problem: 400 invalid-request/),
      failedStep: '7',
    });
    expect(await example.read(next)).toMatchObject({ status: 'COMPLETED' });
  });

  it('fails a job whose result is too large for the server', async () => {
    const job = await example.create([]);
    const program = [
      'import sys; sys.path.insert(0, "docs/examples"); import coordinator',
      'coordinator.perform = lambda job, attempt: "x" * 30_000_000',
      'sys.exit(coordinator.main())',
    ].join('\n');
    await expectGoodEnd(example.run(['--until-idle'], {}, ['python3', '-B', '-c', program]));
    expect(await example.read(job)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^ValueError: the body has 300000\d\d bytes/),
    });
  });

  it('continues a job after the server is killed and restarted', async () => {
    const PORT = await freePort();
    const env = { PORT, DATABASE_URL: test.database.apiUrl };
    const server = await new ServerProcess(SERVER, env).ready();
    const job = await example.create(
      Array.from({ length: 20 }, (_, step) => `step ${step}`),
      0.2,
    );
    const worker = example.run(['--until-idle'], { REGISTRY_URL: server.url });
    await hasBegun(job);

    server.signal('SIGKILL');
    await server.ended();
    await worker.says(/progress: .*refused.*; again in/);
    const again = await new ServerProcess(SERVER, env).ready();

    await expectGoodEnd(worker);
    expect(await example.read(job)).toMatchObject({ status: 'COMPLETED', result: { stepsDone: 20 } });
    expect(await attemptsOf(job)).toHaveLength(1);
    again.signal('SIGTERM');
    await again.ended();
  });

  it('waits as long as Retry-After says', async () => {
    const limited = await registerCoordinator(test, {
      workspaceIds: coordinator.workspaceIds,
      rateLimitPerMinute: 6,
    });
    const job = await example.create(['read']);
    // The server's clock stands still, so that all six are of one second and come free together.
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
    try {
      for (let used = 0; used < 6; used += 1) {
        await call(test, 'get', '/coordinator/health', { key: limited.apiKey });
      }
      clock.mockReturnValue(now + 58_000);
      const began = Date.now();
      const worker = example.run(['--until-idle'], { REGISTRY_API_KEY: limited.apiKey });
      await worker.says(/429 rate-limited: .*; again in/);
      // From here on the server would serve it: only the Retry-After holds it back.
      clock.mockReturnValue(now + 120_000);
      await expectGoodEnd(worker);
      const waited = [...worker.output.matchAll(/429 rate-limited: .*; again in ([\d.]+) s/g)].map(
        ([, seconds]) => Number(seconds),
      );
      expect(waited).toHaveLength(1);
      expect(waited[0]).toBeGreaterThanOrEqual(3);
      expect(Date.now() - began).toBeGreaterThanOrEqual(3_000);
    } finally {
      clock.mockRestore();
    }
    expect(await example.read(job)).toMatchObject({
      status: 'COMPLETED',
      attempt: 1,
      coordinatorId: limited.id,
    });
  });

  it('repeats requests without a response, and nothing is done twice', async () => {
    const jobs = [await example.create(['read']), await example.create(['fail'])];
    const lost: string[] = [];
    const proxy = await FaultyProxy.open(url, (method, path) => {
      const what = `${method} ${path.split('/').at(-1)}`;
      if (lost.includes(what)) return undefined;
      lost.push(what);
      return 'cut';
    });
    await expectGoodEnd(example.run(['--until-idle'], { REGISTRY_URL: proxy.url }));
    const changes = lost.filter((it) => !it.startsWith('GET'));
    expect(changes).toEqual(['POST claim', 'PATCH progress', 'POST complete', 'POST fail']);
    expect((await example.read(jobs[0] as Job)).status).toBe('COMPLETED');
    expect((await example.read(jobs[1] as Job)).status).toBe('FAILED');
    for (const job of jobs) expect(await attemptsOf(job)).toHaveLength(1);
  });

  it('stops working on a job that was cancelled', async () => {
    const job = await example.create(
      Array.from({ length: 600 }, (_, step) => `step ${step}`),
      0.1,
    );
    const worker = example.run(['--until-idle']);
    await hasBegun(job);
    await call(test, 'patch', `/coordinator/jobs/${job.id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'CANCELLED' },
    });
    await expectGoodEnd(worker);
    expect(worker.output).toMatch(/lost: (the job was cancelled|409 job-cancelled)/);
    expect(await example.read(job)).toMatchObject({ status: 'CANCELLED', error: null });
  });

  it('renews its lease during a step that takes longer', async () => {
    const job = await example.create(['long'], 600);
    example.run(['--lease', '30']);
    await eventually(async () => (await example.read(job)).status === 'RUNNING', 'the job to be claimed');
    const { leaseExpiresAt } = await example.read(job);
    await eventually(
      async () => ((await example.read(job)).leaseExpiresAt ?? '') > (leaseExpiresAt ?? ''),
      'the lease to be renewed',
    );
    expect(await example.read(job)).toMatchObject({ status: 'RUNNING', attempt: 1, progressPercent: 0 });
  });

  describe('on SIGTERM', () => {
    it('exits at once without a job', async () => {
      const job = await example.create(['read']);
      const worker = example.run([]);
      await eventually(async () => (await example.read(job)).status === 'COMPLETED', 'the only job');
      await eventually(async () => (await waiting()) === 1, 'the next claim to wait');
      worker.signal('SIGTERM');
      await expectGoodEnd(worker);
      await eventually(async () => (await waiting()) === 0, 'the server to notice');
    });

    it('finishes its job and claims no other', async () => {
      const job = await example.create(['read', 'think', 'write'], 0.5);
      const worker = example.run([]);
      await hasBegun(job);
      worker.signal('SIGTERM');
      const other = await example.create(['read']);
      await expectGoodEnd(worker);
      expect([(await example.read(job)).status, (await example.read(other)).status]).toEqual([
        'COMPLETED',
        'PENDING',
      ]);
    });

    it('requeues the job when no grace time is left', async () => {
      const job = await example.create(
        Array.from({ length: 600 }, (_, step) => `step ${step}`),
        0.1,
      );
      const worker = example.run(['--grace', '0']);
      await hasBegun(job);
      worker.signal('SIGTERM');
      await expectGoodEnd(worker);
      expect(await example.read(job)).toMatchObject({ status: 'PENDING', attempt: 1 });
      expect((await attemptsOf(job))[0]).toMatchObject({
        status: 'FAILED',
        error: 'the worker was stopped',
      });
    });
  });
});
