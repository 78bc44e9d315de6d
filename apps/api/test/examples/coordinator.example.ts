import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import type { Job, JobAttempt } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import {
  admin,
  call,
  createJob,
  forgeKey,
  listen,
  registerCoordinator,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually, freePort, SERVER, ServerProcess } from '../support/server-process.js';

const EXAMPLE = ['python3', 'docs/examples/coordinator.py'];

describe('docs/examples/coordinator.py', () => {
  let test: TestApp;
  let url: string;
  let coordinator: TestCoordinator;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    coordinator = await registerCoordinator(test);
  });
  afterEach(() => ServerProcess.killAll());

  function run(options: string[], env: NodeJS.ProcessEnv = {}, program = EXAMPLE): ServerProcess {
    return new ServerProcess([...program, '--poll', '0.2', ...options], {
      REGISTRY_URL: url,
      REGISTRY_API_KEY: coordinator.apiKey,
      NO_PROXY: '*',
      ...env,
    });
  }

  function create(steps: string[], secondsPerStep = 0): Promise<Job> {
    return createJob(test, coordinator, { metadata: { steps, secondsPerStep } });
  }

  async function read(job: Job): Promise<Job> {
    return succeed<Job>(await call(test, 'get', `/coordinator/jobs/${job.id}`, { key: coordinator.apiKey }));
  }

  async function attemptsOf(job: Job): Promise<JobAttempt[]> {
    const path = `/coordinator/jobs/${job.id}/attempts`;
    return succeed<{ items: JobAttempt[] }>(await call(test, 'get', path, { key: coordinator.apiKey })).items;
  }

  async function hasBegun(job: Job): Promise<void> {
    await eventually(async () => (await read(job)).progressPercent > 0, 'the job to be under way');
  }

  async function expectGoodEnd(process: ServerProcess): Promise<void> {
    const exit = await process.ended();
    expect({ ...exit, said: process.output }).toEqual({ code: 0, signal: null, said: process.output });
  }

  it('sends no key through a proxy', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer((asked, answer) => {
      seen.push(asked.url);
      answer.writeHead(502).end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = proxy.address() as AddressInfo;
      const job = await create(['read']);
      const http_proxy = `http://127.0.0.1:${port}`;
      await expectGoodEnd(
        run(['--until-idle'], { http_proxy, HTTP_PROXY: http_proxy, NO_PROXY: '', no_proxy: '' }),
      );
      expect((await read(job)).status).toBe('COMPLETED');
      expect(seen).toEqual([]);
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
  });

  it('claims the waiting jobs, reports each step, completes them, and exits', async () => {
    const jobs = [await create(['read', 'write']), await create(['read', 'think', 'think', 'write'])];
    await expectGoodEnd(run(['--until-idle']));

    for (const [index, job] of jobs.entries()) {
      expect(await read(job)).toMatchObject({
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
    const build = await create(['read']);
    await expectGoodEnd(run(['--until-idle', '--type', 'build', '--type', 'test']));
    expect([(await read(other)).status, (await read(build)).status]).toEqual(['PENDING', 'COMPLETED']);
  });

  it('reports why and where a job failed, and continues with the next', async () => {
    const failing = await create(['read', 'fail', 'write']);
    const next = await create(['read']);
    await expectGoodEnd(run(['--until-idle']));
    expect(await read(failing)).toMatchObject({
      status: 'FAILED',
      attempt: 1,
      error: 'RuntimeError: this step was asked to fail',
      failedStep: 'fail',
    });
    expect(await read(next)).toMatchObject({ status: 'COMPLETED' });
  });

  it('fails a job whose step is not a string, and continues', async () => {
    const failing = await createJob(test, coordinator, { metadata: { steps: [7], secondsPerStep: 0 } });
    const next = await create(['read']);
    await expectGoodEnd(run(['--until-idle']));
    expect(await read(failing)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^Problem: 400 invalid-request/),
      failedStep: '7',
    });
    expect(await read(next)).toMatchObject({ status: 'COMPLETED' });
  });

  it('fails a job whose result is too large for the server', async () => {
    const job = await create([]);
    const program = [
      'import sys; sys.path.insert(0, "docs/examples"); import coordinator',
      'coordinator.perform = lambda run: "x" * 30_000_000',
      'sys.exit(coordinator.main())',
    ].join('\n');
    await expectGoodEnd(run(['--until-idle'], {}, ['python3', '-B', '-c', program]));
    expect(await read(job)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^ValueError: the body has 300000\d\d bytes/),
    });
  });

  it('continues a job after the server is killed and restarted', async () => {
    const PORT = await freePort();
    const env = { PORT, DATABASE_URL: test.database.apiUrl };
    const server = await new ServerProcess(SERVER, env).ready();
    const job = await create(
      Array.from({ length: 20 }, (_, step) => `step ${step}`),
      0.2,
    );
    const worker = run(['--until-idle'], { REGISTRY_URL: server.url });
    await hasBegun(job);

    server.signal('SIGKILL');
    await server.ended();
    await worker.says(/progress: .*refused.*; again in/);
    const again = await new ServerProcess(SERVER, env).ready();

    await expectGoodEnd(worker);
    expect(await read(job)).toMatchObject({ status: 'COMPLETED', result: { stepsDone: 20 } });
    expect(await attemptsOf(job)).toHaveLength(1);
    again.signal('SIGTERM');
    await again.ended();
  });

  it('waits as long as Retry-After says', async () => {
    const limited = await registerCoordinator(test, {
      workspaceIds: coordinator.workspaceIds,
      rateLimitPerMinute: 6,
    });
    const job = await create(['read']);
    // The server's clock stands still, so that all six are of one second and come free together.
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
    try {
      for (let used = 0; used < 6; used += 1) {
        await call(test, 'get', '/coordinator/health', { key: limited.apiKey });
      }
      clock.mockReturnValue(now + 58_000);
      const began = Date.now();
      const worker = run(['--until-idle'], { REGISTRY_API_KEY: limited.apiKey });
      await worker.says(/429 rate-limited: .*; again in/);
      // From here on the server would serve it: only what it was told holds it back.
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
    expect(await read(job)).toMatchObject({ status: 'COMPLETED', attempt: 1, coordinatorId: limited.id });
  });

  it('repeats requests without a response, and nothing is done twice', async () => {
    const jobs = [await create(['read']), await create(['fail'])];
    const lost: string[] = [];
    const between = await proxy(url, (method, path) => {
      const what = `${method} ${path.split('/').at(-1)}`;
      if (lost.includes(what)) return false;
      lost.push(what);
      return true;
    });
    try {
      await expectGoodEnd(run(['--until-idle'], { REGISTRY_URL: addressOf(between) }));
    } finally {
      between.close();
    }
    expect(lost).toEqual(['POST claim', 'PATCH progress', 'POST complete', 'POST fail']);
    expect((await read(jobs[0] as Job)).status).toBe('COMPLETED');
    expect((await read(jobs[1] as Job)).status).toBe('FAILED');
    for (const job of jobs) expect(await attemptsOf(job)).toHaveLength(1);
  });

  it('stops working on a job that was cancelled', async () => {
    const job = await create(
      Array.from({ length: 600 }, (_, step) => `step ${step}`),
      0.1,
    );
    const worker = run(['--until-idle']);
    await hasBegun(job);
    await call(test, 'patch', `/coordinator/jobs/${job.id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'CANCELLED' },
    });
    await expectGoodEnd(worker);
    expect(worker.output).toMatch(/not ours any more: 409 job-cancelled/);
    expect(await read(job)).toMatchObject({ status: 'CANCELLED', error: null });
  });

  it('renews its lease during a step that takes longer', async () => {
    const job = await create(['long'], 600);
    run(['--lease', '30']);
    await eventually(async () => (await read(job)).status === 'RUNNING', 'the job to be claimed');
    const { leaseExpiresAt } = await read(job);
    await eventually(
      async () => ((await read(job)).leaseExpiresAt ?? '') > (leaseExpiresAt ?? ''),
      'the lease to be renewed',
    );
    expect(await read(job)).toMatchObject({ status: 'RUNNING', attempt: 1, progressPercent: 0 });
  });

  describe('on SIGTERM', () => {
    it('exits at once without a job', async () => {
      const job = await create(['read']);
      const worker = run(['--poll', '600']);
      await eventually(async () => (await read(job)).status === 'COMPLETED', 'the only job');
      worker.signal('SIGTERM');
      await expectGoodEnd(worker);
    });

    it('finishes its job and claims no other', async () => {
      const job = await create(['read', 'think', 'write'], 0.5);
      const worker = run([]);
      await hasBegun(job);
      worker.signal('SIGTERM');
      const other = await create(['read']);
      await expectGoodEnd(worker);
      expect([(await read(job)).status, (await read(other)).status]).toEqual(['COMPLETED', 'PENDING']);
    });

    it('requeues the job when no grace time is left', async () => {
      const job = await create(
        Array.from({ length: 600 }, (_, step) => `step ${step}`),
        0.1,
      );
      const worker = run(['--grace', '0']);
      await hasBegun(job);
      worker.signal('SIGTERM');
      await expectGoodEnd(worker);
      expect(await read(job)).toMatchObject({ status: 'PENDING', attempt: 1 });
      expect((await attemptsOf(job))[0]).toMatchObject({
        status: 'FAILED',
        error: 'TryAgain: the coordinator was stopped',
      });
    });
  });

  describe('its key', () => {
    let directory: string;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'registry-example-'));
    });
    afterEach(() => rm(directory, { recursive: true }));

    it.each([
      ['it is empty', '', /the key is empty/],
      ['it is wrong', forgeKey(), /401 invalid-credential/],
      ['two keys were pasted', `${forgeKey()}\n${forgeKey()}`, /a character that no key has/],
    ])('is not shown when %s', async (_, key, said) => {
      const worker = run([], { REGISTRY_API_KEY: key });
      expect(await worker.ended()).toEqual({ code: 1, signal: null });
      expect(worker.output).toMatch(said);
      expect(worker.output).not.toMatch(/crk_/);
    });

    it('can be read from a file, and is read again after a rotation', async () => {
      const file = join(directory, 'key');
      await writeFile(file, `${coordinator.apiKey}\n`);
      const worker = run([], { REGISTRY_API_KEY: '', REGISTRY_API_KEY_FILE: file });
      const first = await create(['read']);
      await eventually(async () => (await read(first)).status === 'COMPLETED', 'the first job');

      const { key, apiKey } = await admin<{ key: CoordinatorKey; apiKey: string }>(
        test,
        'post',
        `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}/rotate`,
      );
      await writeFile(file, apiKey);
      const second = await create(['read']);
      await eventually(async () => (await read(second)).status === 'COMPLETED', 'the second job');
      const completed = "resource_id = $1 AND action = 'job.completed'";
      expect(await recordsWhere(test, completed, [second.id])).toMatchObject([{ keyId: key.id }]);
      worker.signal('SIGTERM');
      await expectGoodEnd(worker);
      expect(worker.output).not.toMatch(/crk_/);
    });
  });
});

/** Passes requests on, and hangs up instead of passing on the answers that are to be lost. */
async function proxy(target: string, isLost: (method: string, path: string) => boolean): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const onward = request(new URL(path, target), { method, headers }, (answer) => {
      if (isLost(method, path)) {
        answer.resume().on('end', () => outgoing.destroy());
      } else {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
