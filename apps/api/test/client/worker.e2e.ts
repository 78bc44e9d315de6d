import {
  type ClientEvent,
  createCoordinator,
  type Handler,
  type Job,
  JobFailure,
  JobLostError,
  type TransportOptions,
  type Worker,
  type WorkerOptions,
} from '@coordinator-registry/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { FaultyProxy, first } from '../support/faulty-proxy.js';
import {
  admin,
  call,
  close,
  createJob,
  listen,
  registerCoordinator,
  succeed,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';
import { eventually, ServerProcess } from '../support/server-process.js';

describe('worker of the client', () => {
  let test: TestApp;
  let url: string;
  let registered: TestCoordinator;
  const workers: Worker[] = [];
  const events: ClientEvent[] = [];

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
  });
  afterAll(() => close(test));

  beforeEach(async () => {
    registered = await registerCoordinator(test);
    events.length = 0;
  });
  afterEach(async () => {
    for (const it of workers.splice(0)) await it.stop().catch(() => undefined);
    await FaultyProxy.closeAll();
    ServerProcess.killAll();
  });

  function start(
    handlers: Record<string, Handler>,
    options: WorkerOptions = {},
    client: Partial<TransportOptions> = {},
  ): Worker {
    const coordinator = createCoordinator({
      url,
      key: registered.apiKey,
      onEvent: (event) => void events.push(event),
      ...client,
    });
    const worker = coordinator.worker(handlers, { handleSignals: false, graceSeconds: 0, ...options });
    workers.push(worker);
    return worker;
  }

  const read = async ({ id }: { id: string }) =>
    succeed<Job>(await call(test, 'get', `/coordinator/jobs/${id}`, { key: registered.apiKey }));
  const reaches = (job: { id: string }, status: Job['status']) =>
    eventually(async () => (await read(job)).status === status, `job ${job.id} to be ${status}`);
  const eventsOf = (type: ClientEvent['type']) => events.filter((it) => it.type === type);

  /** A handler that ends only with its signal, and what it saw. */
  function endless() {
    const seen: { job?: Job; reason?: unknown; at?: number } = {};
    const handler: Handler = (job, { signal }) => {
      seen.job = job;
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          seen.reason = signal.reason;
          seen.at = performance.now();
          reject(signal.reason);
        });
      });
    };
    return { seen, handler, hasBegun: () => eventually(() => seen.job !== undefined, 'the work to begin') };
  }

  it('does jobs of its types, reports progress, and completes them with the result', async () => {
    const other = await createJob(test, registered, { type: 'deploy' });
    const job = await createJob(test, registered, { type: 'review', metadata: { branch: 'main' } });
    start({
      review: async ({ metadata }, { progress }) => {
        await progress(50, { step: 'tests', tokensUsed: 7 });
        return { branch: metadata.branch };
      },
    });
    await reaches(job, 'COMPLETED');
    expect(await read(job)).toMatchObject({
      result: { branch: 'main' },
      progressPercent: 50,
      currentStep: 'tests',
      tokensUsed: 7,
      attempt: 1,
    });
    expect((await read(other)).status).toBe('PENDING');
    await eventually(() => eventsOf('job-completed').length === 1, 'the event');
  });

  it('fails a job with the error, the step and what the failure asks for, and goes on', async () => {
    const failing = await createJob(test, registered, { type: 'plain' });
    const again = await createJob(test, registered, { type: 'again' });
    const final = await createJob(test, registered, { type: 'final' });
    const large = await createJob(test, registered, { type: 'large' });
    const huge = await createJob(test, registered, { type: 'huge' });
    const strange = await createJob(test, registered, { type: 'strange' });
    start({
      plain: async (_, { progress }) => {
        await progress(10, { step: 'lint' });
        throw new RangeError('too many');
      },
      again: () => {
        throw new JobFailure('the forge is away', { retry: { afterSeconds: 3_600 } });
      },
      final: () => Promise.reject(new JobFailure('no such branch', { final: true, failedStep: 'clone' })),
      large: () => 'x'.repeat(300 * 1_024),
      huge: () => 'x'.repeat(3 * 1_024 * 1_024),
      strange: () => 1n,
    });
    await reaches(strange, 'FAILED');
    expect(await read(failing)).toMatchObject({
      status: 'FAILED',
      error: 'RangeError: too many',
      failedStep: 'lint',
    });
    expect(await read(again)).toMatchObject({
      status: 'PENDING',
      previousAttempt: { error: 'the forge is away' },
    });
    expect(await read(final)).toMatchObject({
      status: 'FAILED',
      final: true,
      error: 'no such branch',
      failedStep: 'clone',
    });
    expect((await read(large)).error).toMatch(/^ProblemError: 413 content-too-large/);
    expect((await read(huge)).error).toMatch(/^RangeError: the result has 31\d{5} bytes/);
    expect((await read(strange)).error).toMatch(/^TypeError: /);
  });

  it('does as many jobs at once as its concurrency says', async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => createJob(test, registered)));
    let running = 0;
    let most = 0;
    start(
      {
        build: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 200));
          running -= 1;
        },
      },
      { concurrency: 2 },
    );
    for (const job of jobs) await reaches(job, 'COMPLETED');
    expect(most).toBe(2);
  });

  it.each([
    ['the coordinator', '/coordinator/jobs/:id/status', 'patch', { status: 'CANCELLED' }],
    ['an operator', '/jobs/:id/cancel', 'post', { reason: 'wrong branch' }],
  ] as const)('aborts the signal within a second if %s cancels the job', async (_, path, method, body) => {
    const job = await createJob(test, registered);
    const { handler, seen, hasBegun } = endless();
    start({ build: handler });
    await hasBegun();
    const key = method === 'patch' ? registered.apiKey : test.adminKey;
    succeed(await call(test, method, path.replace(':id', job.id), { key, body }));
    const answered = performance.now();
    await eventually(() => seen.at !== undefined, 'the signal');
    // The promise of the contract is a second; the rest is for a busy machine.
    expect((seen.at ?? 0) - answered).toBeLessThan(5_000);
    expect(seen.reason).toBeInstanceOf(JobLostError);
    expect(seen.reason).toMatchObject({ reason: 'cancelled' });
    await eventually(() => eventsOf('job-lost').length === 1, 'the event');
    expect(await read(job)).toMatchObject({ status: 'CANCELLED', error: null });
  });

  it('aborts the signal if the server takes the job back, and reports nothing', async () => {
    const job = await createJob(test, registered);
    const { handler, seen, hasBegun } = endless();
    start({ build: handler });
    await hasBegun();
    await writeAsSystem(
      test,
      `UPDATE public.jobs SET lease_expires_at = pg_catalog.clock_timestamp() FROM ctx WHERE ctx.ready AND id = $1`,
      [job.id],
    );
    await eventually(() => seen.at !== undefined, 'the signal');
    expect(seen.reason).toMatchObject({ name: 'JobLostError', reason: 'taken-back' });
    const failed = "resource_id = $1 AND action = 'job.failed'";
    expect(await recordsWhere(test, failed, [job.id])).toEqual([]);
  });

  it('aborts the signal once the lease must be over, if the server cannot be reached', async () => {
    const job = await createJob(test, registered);
    let isAway = false;
    const proxy = await FaultyProxy.open(url, (method) =>
      isAway && method !== 'POST' ? { status: 502, body: 'bad gateway' } : undefined,
    );
    const { handler, seen, hasBegun } = endless();
    start({ build: handler }, { leaseSeconds: 30 }, { url: proxy.url });
    await hasBegun();
    isAway = true;
    await eventually(() => seen.at !== undefined, 'the signal');
    expect(seen.reason).toMatchObject({ reason: expect.stringMatching(/^(lease-expired|taken-back)$/) });
    await reaches(job, 'RUNNING');
  });

  it('renews the lease while a handler runs', async () => {
    const job = await createJob(test, registered);
    const { handler, hasBegun } = endless();
    start({ build: handler }, { leaseSeconds: 30 });
    await hasBegun();
    const { leaseExpiresAt } = await read(job);
    const isLater = async () => ((await read(job)).leaseExpiresAt ?? '') > (leaseExpiresAt ?? '');
    await eventually(isLater, 'the lease to be renewed');
    expect(await read(job)).toMatchObject({ status: 'RUNNING', attempt: 1 });
  });

  it('reports once if answers are cut', async () => {
    const job = await createJob(test, registered);
    const faults = [
      first(1, 'POST', '/claim', 'cut'),
      first(1, 'PATCH', '/progress', 'cut'),
      first(2, 'POST', '/complete', 'cut'),
    ];
    const proxy = await FaultyProxy.open(url, (...request) => {
      for (const fault of faults) {
        const found = fault(...request);
        if (found !== undefined) return found;
      }
      return undefined;
    });
    start({ build: (_, { progress }) => progress(10) }, {}, { url: proxy.url });
    await reaches(job, 'COMPLETED');
    await eventually(() => eventsOf('job-completed').length === 1, 'the answer to the last repeat');
    expect(proxy.count('POST', '/complete')).toBe(3);
    const records = await recordsWhere(test, 'resource_id = $1', [job.id]);
    expect(records.map(({ action }) => action).sort()).toEqual([
      'job.completed',
      'job.created',
      'job.progressed',
      'job.started',
    ]);
  });

  it('rejects done if the server refuses it, after the jobs in hand', async () => {
    const worker = start({ build: () => undefined });
    await admin(test, 'patch', `/admin/coordinators/${registered.id}`, { permissions: ['jobs:read'] });
    await expect(worker.done).rejects.toMatchObject({ problem: { code: 'permission-missing' } });
  });

  it('works without jobs:read, and then learns of a cancellation from its reports', async () => {
    await admin(test, 'patch', `/admin/coordinators/${registered.id}`, { permissions: ['jobs:write'] });
    const job = await createJob(test, registered);
    let lost: unknown;
    start({
      build: async (_, { progress }) => {
        try {
          for (let percent = 1; ; percent += 1) {
            await progress(Math.min(percent, 100));
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        } catch (error) {
          lost = error;
          throw error;
        }
      },
    });
    await eventually(() => eventsOf('job-started').length === 1, 'the work to begin');
    await admin(test, 'post', `/jobs/${job.id}/cancel`, { reason: 'wrong branch' });
    await eventually(() => lost !== undefined, 'the loss');
    expect(lost).toMatchObject({ name: 'JobLostError', reason: 'cancelled' });
  });

  describe('stop', () => {
    it('lets the jobs in hand end, and claims no other', async () => {
      const job = await createJob(test, registered);
      let finish = () => {};
      const build = () => new Promise<void>((resolve) => (finish = resolve));
      const worker = start({ build }, { graceSeconds: 60 });
      await reaches(job, 'RUNNING');
      const stopped = worker.stop();
      const other = await createJob(test, registered);
      finish();
      await stopped;
      expect([(await read(job)).status, (await read(other)).status]).toEqual(['COMPLETED', 'PENDING']);
    });

    it('gives the jobs back once the grace is over, also if the handler goes on', async () => {
      const jobs = [await createJob(test, registered), await createJob(test, registered)];
      let reason: unknown;
      const worker = start(
        {
          build: (_, { signal }) => {
            signal.addEventListener('abort', () => {
              reason = signal.reason;
            });
            return new Promise(() => undefined);
          },
        },
        { concurrency: 2 },
      );
      for (const job of jobs) await reaches(job, 'RUNNING');
      await worker.stop();
      for (const job of jobs) {
        expect(await read(job)).toMatchObject({
          status: 'PENDING',
          previousAttempt: { error: 'the worker was stopped' },
        });
      }
      expect(String(reason)).toBe('Error: the worker was stopped');
    });

    it('returns at once without a job, and the server notices', async () => {
      const waiting = async () => {
        const { text } = await test.http().get('/metrics');
        return Number(/^http_requests_waiting (\d+)$/m.exec(text)?.[1]);
      };
      const before = await waiting();
      const worker = start({ build: () => undefined });
      await eventually(async () => (await waiting()) === before + 1, 'the claim to wait');
      await worker.stop();
      await eventually(async () => (await waiting()) === before, 'the server to notice');
    });
  });

  it('drains on SIGTERM, and the process ends', async () => {
    const job = await createJob(test, registered);
    const program = `
      import { createCoordinator } from '@coordinator-registry/client';
      const { REGISTRY_URL: url, REGISTRY_KEY: key } = process.env;
      createCoordinator({ url, key }).worker({
        build: async () => {
          console.log('begun');
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          return 'done';
        },
      });`;
    const worker = new ServerProcess([process.execPath, '--input-type=module', '--eval', program], {
      REGISTRY_URL: url,
      REGISTRY_KEY: registered.apiKey,
    });
    await worker.says(/begun/);
    worker.signal('SIGTERM');
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    expect(await read(job)).toMatchObject({ status: 'COMPLETED', result: 'done' });
  });
});
