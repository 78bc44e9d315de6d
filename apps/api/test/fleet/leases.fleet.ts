import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaService } from '../../src/database/prisma.service.js';
import { ExpiredLeasesRepository } from '../../src/jobs/expired-leases.repository.js';
import type { Job } from '../../src/jobs/job.js';
import { LeaseSweeper } from '../../src/jobs/lease-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { REDIS_LOGIN, RedisServer } from '../support/redis-server.js';
import { createJob, jobRow, registerCoordinator, type TestCoordinator } from '../support/registry.js';
import { eventually, ServerProcess } from '../support/server-process.js';
import { say, send, startReplica, tally } from './fleet-fixture.js';

/** The minimum, in seconds. */
const LEASE_SECONDS = 30;
const SWEEPERS = 100;
/** What one {@link PrismaService} opens for requests. */
const SESSIONS_OF_A_SERVICE = 20;

let redis: RedisServer;
let redisUrl: string;
let test: TestApp;
let replicas: [ServerProcess, ServerProcess];
let services: PrismaService[];
/** Those of the product, each with a session of its own. */
let sweepers: ExpiredLeasesRepository[];

beforeAll(async () => {
  redis = await RedisServer.start();
  redisUrl = `redis://${REDIS_LOGIN}@127.0.0.1:${redis.port}`;
  test = await startTestApp();
  // The server in this process prepares jobs. Only the replicas may sweep.
  await test.app.get(LeaseSweeper, { strict: false }).onModuleDestroy();
  replicas = [await startReplica(test, redisUrl), await startReplica(test, redisUrl)];
  services = Array.from({ length: SWEEPERS / SESSIONS_OF_A_SERVICE }, () =>
    PrismaService.over({ url: test.database.apiUrl }, SESSIONS_OF_A_SERVICE),
  );
  sweepers = Array.from({ length: SWEEPERS }, (_, at) => {
    const service = services[at % services.length];
    if (service === undefined) throw new Error('no sessions');
    return new ExpiredLeasesRepository(service);
  });
});

afterAll(async () => {
  ServerProcess.killAll();
  for (const it of services ?? []) await it.onApplicationShutdown();
  await test?.close();
  await redis?.remove();
});

/** Made one after the other, so the first is the oldest. */
async function createJobs(coordinator: TestCoordinator, ofEach: object[]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const of of ofEach) jobs.push(await createJob(test, coordinator, { ...of }));
  return jobs;
}

/** That many claims at once, to the replicas in turn. */
function claims(
  count: number,
  { apiKey }: TestCoordinator,
  over: readonly ServerProcess[] = replicas,
): Promise<{ status: number; body: Job | undefined }[]> {
  return Promise.all(
    Array.from({ length: count }, (_, at) =>
      send<Job>(over[at % over.length] ?? replicas[0], apiKey, 'POST', '/coordinator/jobs/claim', {
        agentId: `agent-${at}`,
        leaseSeconds: LEASE_SECONDS,
      }),
    ),
  );
}

async function claimAll(jobs: readonly Job[], coordinator: TestCoordinator): Promise<void> {
  const claimed = new Set<string | undefined>();
  while (claimed.size < jobs.length) {
    const answers = await claims(Math.min(40, jobs.length - claimed.size), coordinator);
    for (const { body } of answers) if (body !== undefined) claimed.add(body.id);
  }
  expect([...claimed].sort()).toEqual(idsOf(jobs).sort());
}

/** Ends the leases of these jobs now, as if their time had come. */
async function endLeases(jobs: readonly Job[]): Promise<void> {
  await test.database.owner.query(
    `UPDATE public.jobs SET lease_expires_at = now() - interval '1 s' WHERE id = ANY ($1) AND status = 'RUNNING'`,
    [idsOf(jobs)],
  );
}

function idsOf(jobs: readonly Pick<Job, 'id'>[]): string[] {
  return jobs.map(({ id }) => id);
}

async function nothingRuns(jobs: readonly Job[]): Promise<void> {
  await eventually(async () => {
    const { rows } = await test.database.owner.query(
      `SELECT FROM public.jobs WHERE id = ANY ($1) AND status = 'RUNNING'`,
      [idsOf(jobs)],
    );
    return rows.length === 0;
  }, 'every attempt has ended');
}

interface Trail {
  id: string;
  status: string;
  attempt: number;
  rev: number;
  actions: string[];
  revs: number[];
}

/** Each job as it is stored, with its records in the order of their `rev`. */
async function trailsOf(jobs: readonly Pick<Job, 'id'>[]): Promise<Trail[]> {
  const { rows } = await test.database.owner.query<Trail>(
    `SELECT job.id, job.status, job.attempt, job.rev,
       array_agg(record.action ORDER BY record.rev, record.id) AS actions, array_agg(record.rev ORDER BY record.rev, record.id) AS revs
     FROM public.jobs AS job
       JOIN public.audit_log AS record ON record.resource_id = job.id AND record.outcome = 'SUCCESS'
     WHERE job.id = ANY ($1) GROUP BY job.id ORDER BY job.id`,
    [idsOf(jobs)],
  );
  return rows;
}

describe('two replicas', () => {
  it('requeue the jobs of a coordinator that died with its replica', async () => {
    const coordinator = await registerCoordinator(test);
    const heir = await registerCoordinator(test, { workspaceIds: coordinator.workspaceIds });
    const retried = await createJobs(coordinator, Array(4).fill({ maxAttempts: 2 }));
    const last = await createJobs(coordinator, Array(4).fill({ maxAttempts: 1 }));
    const jobs = [...retried, ...last];
    const claimed = await claims(jobs.length, coordinator, [replicas[0]]);
    expect(tally(claimed.map(({ status }) => status))).toEqual({ 200: jobs.length });
    replicas[0].signal('SIGKILL');
    await replicas[0].ended();
    try {
      await nothingRuns(jobs);
    } finally {
      replicas[0] = await startReplica(test, redisUrl);
    }

    for (const { id, status, attempt, rev, actions } of await trailsOf(jobs)) {
      const isLast = last.some((it) => it.id === id);
      expect({ status, attempt, rev, actions }).toEqual({
        status: isLast ? 'FAILED' : 'PENDING',
        attempt: 1,
        rev: 3,
        actions: ['job.created', 'job.started', 'job.expired'],
      });
      expect(await jobRow(test, id)).toMatchObject({
        lease_expires_at: null,
        lease_seconds: null,
        coordinator_id: isLast ? coordinator.id : null,
        error: isLast ? 'lease-expired' : null,
      });
      expect(await recordsWhere(test, `resource_id = $1 AND action = 'job.expired'`, [id])).toMatchObject([
        { actorType: 'SYSTEM', actorName: 'lease-sweeper', outcome: 'SUCCESS' },
      ]);
      const { rows: attempts } = await test.database.owner.query(
        `SELECT attempt, status, coordinator_id, error FROM public.job_attempts WHERE job_id = $1`,
        [id],
      );
      expect(attempts).toEqual([
        { attempt: 1, status: 'FAILED', coordinator_id: coordinator.id, error: 'lease-expired' },
      ]);
    }
    await sayDelays(claimed.flatMap(({ body }) => body ?? []));

    const again = await claims(jobs.length, heir, [replicas[1]]);
    expect(again.flatMap(({ body }) => body?.id ?? []).sort()).toEqual(idsOf(retried).sort());
    expect(again.flatMap(({ body }) => body?.attempt ?? [])).toEqual(retried.map(() => 2));
  });

  /** The contract says 5 s. A busy machine may be late, so the test asserts only that no attempt expired early. */
  async function sayDelays(claimed: readonly Job[]): Promise<void> {
    const { rows } = await test.database.owner.query<{ resource_id: string; occurred_at: Date }>(
      `SELECT resource_id, occurred_at FROM public.audit_log WHERE action = 'job.expired' AND resource_id = ANY ($1)`,
      [idsOf(claimed)],
    );
    const delays = rows.map(({ resource_id, occurred_at }) => {
      const { leaseExpiresAt } = claimed.find(({ id }) => id === resource_id) ?? {};
      return occurred_at.getTime() - Date.parse(leaseExpiresAt ?? '');
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    say(
      `${delays.length} attempts ended ${Math.min(...delays)} to ${Math.max(...delays)} ms after their leases (contract: at most 5000)`,
    );
  }

  it('store nothing of a coordinator whose attempt has expired', async () => {
    const coordinator = await registerCoordinator(test);
    const heir = await registerCoordinator(test, { workspaceIds: coordinator.workspaceIds });
    const jobs = await createJobs(coordinator, [{ maxAttempts: 3 }]);
    const [{ id } = { id: '' }] = jobs;
    await claimAll(jobs, coordinator);
    await endLeases(jobs);
    await nothingRuns(jobs);
    await expectFenced(id, coordinator, [{ attempt: 1 }]);

    expect((await claims(1, heir))[0]?.body).toMatchObject({ id, attempt: 2 });
    // Without an attempt, the report means the one that has expired.
    await expectFenced(id, coordinator, [{ attempt: 1 }, {}]);

    const { status } = await send(replicas[1], heir.apiKey, 'POST', `/coordinator/jobs/${id}/complete`, {
      attempt: 2,
      result: { by: 'heir' },
    });
    expect(status).toBe(200);
    await expectFenced(id, coordinator, [{ attempt: 1 }]);
  });

  /** Every report of the coordinator with these members is refused by both replicas, and changes and records nothing. */
  async function expectFenced(id: string, { apiKey }: TestCoordinator, members: object[]): Promise<void> {
    const before = { row: await jobRow(test, id), trail: await trailsOf([{ id }]) };
    for (const replica of replicas) {
      for (const member of members) {
        for (const [method, step, body] of [
          ['PATCH', 'progress', { progressPercent: 99, currentStep: 'late', tokensUsed: 1_000 }],
          ['POST', 'complete', { result: { by: 'late' } }],
          ['POST', 'fail', { error: 'late' }],
          ['POST', 'fail', { error: 'late', retry: true }],
          ['PATCH', 'status', { status: 'CANCELLED' }],
        ] as const) {
          const path = `/coordinator/jobs/${id}/${step}`;
          const answer = await send<{ code: string }>(replica, apiKey, method, path, { ...body, ...member });
          expect([step, member, answer.status, answer.body?.code]).toEqual([
            step,
            member,
            409,
            'stale-attempt',
          ]);
        }
      }
    }
    expect({ row: await jobRow(test, id), trail: await trailsOf([{ id }]) }).toEqual(before);
  }

  it('either accept the completion of an attempt or let it expire, if both happen at once', async () => {
    const coordinator = await registerCoordinator(test);
    const jobs = await createJobs(coordinator, Array(60).fill({ maxAttempts: 2 }));
    await claimAll(jobs, coordinator);
    // Its session is open before the race.
    expect(await sweepers[0]?.expire()).toBe(0);
    await endLeases(jobs);
    const complete = async ({ id }: Job, at: number) => {
      const path = `/coordinator/jobs/${id}/complete`;
      const replica = replicas[at % 2] ?? replicas[0];
      const body = { attempt: 1 };
      const answer = await send<{ code?: string }>(replica, coordinator.apiKey, 'POST', path, body);
      return { id, status: answer.status, code: answer.body?.code };
    };
    const completions = jobs.map(complete);
    // The first answers show that completions are under way.
    await Promise.race(completions);
    await sweepers[0]?.expire();
    const answers = await Promise.all(completions);
    await nothingRuns(jobs);
    const trails = new Map((await trailsOf(jobs)).map((it) => [it.id, it]));
    for (const { id, status, code } of answers) {
      const { status: stored, actions } = trails.get(id) ?? {};
      expect([status, code, stored, actions?.slice(2)]).toEqual(
        status === 200
          ? [200, undefined, 'COMPLETED', ['job.completed']]
          : [409, 'stale-attempt', 'PENDING', ['job.expired']],
      );
    }
    say(
      `60 completions of attempts whose leases had ended: ${JSON.stringify(tally(answers.map(({ status }) => status)))}`,
    );
  });

  it('expire each attempt once, with a hundred further sweepers at once', async () => {
    const coordinator = await registerCoordinator(test);
    const jobs = await createJobs(coordinator, Array(300).fill({ maxAttempts: 2 }));
    for (const attempt of [1, 2]) {
      await claimAll(jobs, coordinator);
      await endLeases(jobs);
      const taken = await Promise.all(sweepers.map((it) => it.expire()));
      await nothingRuns(jobs);
      const all = taken.reduce((sum, it) => sum + it, 0);
      const busy = taken.filter((it) => it > 0).length;
      expect(all).toBeLessThanOrEqual(jobs.length);
      say(
        `attempt ${attempt}: ${busy} of ${SWEEPERS} sweepers ended ${all} of 300 attempts, the replicas ${300 - all}`,
      );
    }
    const trails = await trailsOf(jobs);
    expect(trails).toHaveLength(jobs.length);
    for (const trail of trails) {
      expect(trail).toMatchObject({
        status: 'FAILED',
        attempt: 2,
        rev: 5,
        actions: ['job.created', 'job.started', 'job.expired', 'job.started', 'job.expired'],
        revs: [1, 2, 3, 4, 5],
      });
    }
  });

  it('start each of 40 jobs for one of 60 claims at once', async () => {
    const coordinator = await registerCoordinator(test);
    const jobs = await createJobs(coordinator, shuffledPriorities(40));
    const answers = await claims(60, coordinator);
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 40, 204: 20 });
    expect(idsOf(answers.flatMap(({ body }) => body ?? [])).sort()).toEqual(idsOf(jobs).sort());
    for (const { status, attempt, actions } of await trailsOf(jobs)) {
      expect([status, attempt, actions]).toEqual(['RUNNING', 1, ['job.created', 'job.started']]);
    }
  });

  it('start the jobs of the highest priorities for claims at once', async () => {
    const coordinator = await registerCoordinator(test);
    await createJobs(coordinator, shuffledPriorities(40));
    // A claim passes over a job only if another claim has it. So together they get the first ones, in any order.
    for (const [count, from] of [
      [15, 39],
      [15, 24],
      [10, 9],
    ] as const) {
      const priorities = (await claims(count, coordinator)).flatMap(({ body }) => body?.priority ?? []);
      expect(priorities.sort((a, b) => b - a)).toEqual(Array.from({ length: count }, (_, at) => from - at));
    }
  });
});

/** 0 to `count` - 1, each once, in an order that is neither rising nor falling. */
function shuffledPriorities(count: number): { priority: number }[] {
  return Array.from({ length: count }, (_, at) => ({ priority: (at * 17 + 5) % count }));
}
