import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../src/jobs/job.js';
import { forgeKey, kidOf } from '../support/registry.js';
import type { Answer, Balancer, Request } from './balancer.js';
import type { Ledger } from './ledger.js';
import { LOW_LIMIT, type Member } from './population.js';

/** What all parts of the load share. */
export interface Load {
  balancer: Balancer;
  ledger: Ledger;
  /** Once aborted, no part begins another step. */
  stopping: AbortSignal;
}

/** The mean pause of a coordinator between two steps. 1,000 coordinators then send some 250 requests a second. */
const PAUSE_MS = 4_000;
const MOST_ATTEMPTS = 3;
/** Longer than any attempt that is still reported on. */
const LEASE_SECONDS = 3_600;
/** The minimum, for attempts that are abandoned. */
const SHORT_LEASE_SECONDS = 30;
/** When an abandoned attempt is reported complete. Its lease has expired by then. */
const LATE_MS = 40_000;
const WAIT_SECONDS = 3;
const KNOWN_JOBS = 5;

interface Attempt {
  job: Job;
  percent: number;
}

/** A coordinator that creates jobs, works on some, and reads. */
export class BusyCoordinator {
  private readonly attempts: Attempt[] = [];
  private readonly failed: Job[] = [];
  private readonly known: Job[] = [];
  private abandoned: { job: Job; since: number } | undefined;

  constructor(
    private readonly member: Member,
    private readonly load: Load,
  ) {}

  async work(): Promise<void> {
    while (await pause(PAUSE_MS * 2 * Math.random(), this.load)) await this.step();
  }

  private async step(): Promise<void> {
    const { abandoned } = this;
    if (abandoned !== undefined && performance.now() - abandoned.since > LATE_MS) {
      this.abandoned = undefined;
      return await this.reportLate(abandoned.job);
    }
    const current = this.attempts[Math.floor(Math.random() * MOST_ATTEMPTS)];
    if (current !== undefined) return await this.report(current);
    const failed = this.failed.shift();
    if (failed !== undefined) return await this.retry(failed);
    const known = this.known[Math.floor(Math.random() * KNOWN_JOBS)];
    await pick([
      [3, () => this.create()],
      [3, () => this.claim(0)],
      [1, () => this.claim(WAIT_SECONDS)],
      [1, () => this.list()],
      [known === undefined ? 0 : 1, () => this.read(known?.id ?? '', '')],
      [known === undefined ? 0 : 1, () => this.read(known?.id ?? '', '/attempts')],
      [known === undefined ? 0 : 1, () => this.waitForChange(known)],
    ]);
  }

  private async create(): Promise<void> {
    const workspaceId = this.member.workspaceIds[Math.floor(Math.random() * this.member.workspaceIds.length)];
    const body = {
      workspaceId,
      type: 'build',
      priority: Math.floor(Math.random() * 101),
      metadata: { of: this.member.id },
    };
    const key = this.member.key;
    const send = (headers: Record<string, string>) =>
      this.send<Job>('create', [201, 200], { method: 'POST', path: '/coordinator/jobs', key, body, headers });
    const headers: Record<string, string> = Math.random() < 0.3 ? { 'Idempotency-Key': randomUUID() } : {};
    // Some do not wait, and send the same request again while the first one is under way.
    const isRepeated = 'Idempotency-Key' in headers && Math.random() < 0.5;
    const answers = await Promise.all(isRepeated ? [send(headers), send(headers)] : [send(headers)]);
    for (const answer of answers) {
      if (answer.status === 201)
        this.load.ledger.changed(answer.requestId, key.id, 'job.created', answer.body);
      else this.load.ledger.unchanged.push(answer.requestId);
    }
    const job = answers.find(({ status }) => status === 201)?.body;
    if (job === undefined) return;
    this.known.unshift(job);
    this.known.splice(KNOWN_JOBS);
  }

  /** Several agents of a coordinator may ask at once. Together they may get no more than its `maxRunning`. */
  private async claim(waitSeconds: number): Promise<void> {
    const agents = waitSeconds === 0 && Math.random() < 0.3 ? MOST_ATTEMPTS : 1;
    await Promise.all(Array.from({ length: agents }, (_, at) => this.claimAs(`agent-${at}`, waitSeconds)));
  }

  private async claimAs(agentId: string, waitSeconds: number): Promise<void> {
    const isAbandoned = this.abandoned === undefined && Math.random() < 0.1;
    const leaseSeconds = isAbandoned ? SHORT_LEASE_SECONDS : LEASE_SECONDS;
    const body = { agentId, leaseSeconds, ...(waitSeconds > 0 && { waitSeconds }) };
    const job = await this.change(waitSeconds > 0 ? 'waiting claim' : 'claim', 'job.started', [200, 204], {
      method: 'POST',
      path: '/coordinator/jobs/claim',
      body,
    });
    if (job === undefined) return;
    if (isAbandoned) this.abandoned = { job, since: performance.now() };
    else this.attempts.push({ job, percent: 0 });
  }

  private async report(current: Attempt): Promise<void> {
    const { attempt } = current.job;
    const path = `/coordinator/jobs/${current.job.id}`;
    const ends = () => this.attempts.splice(this.attempts.indexOf(current), 1);
    await pick([
      [
        current.percent < 100 ? 4 : 0,
        async () => {
          current.percent += 10;
          const body = {
            attempt,
            progressPercent: current.percent,
            currentStep: `step ${current.percent}`,
            tokensUsed: current.percent,
          };
          await this.change('progress', 'job.progressed', [200], {
            method: 'PATCH',
            path: `${path}/progress`,
            body,
          });
        },
      ],
      [
        2,
        async () => {
          ends();
          const body = { attempt, result: { ok: true }, tokensUsed: 1_000 };
          await this.change('complete', 'job.completed', [200], {
            method: 'POST',
            path: `${path}/complete`,
            body,
          });
        },
      ],
      [
        1,
        async () => {
          ends();
          const retry = Math.random() < 0.4;
          const body = { attempt, error: 'the build is red', ...(retry && { retry }) };
          const job = await this.change('fail', 'job.failed', [200], {
            method: 'POST',
            path: `${path}/fail`,
            body,
          });
          if (job?.status === 'FAILED') this.failed.push(job);
        },
      ],
      [
        0.3,
        async () => {
          ends();
          const body = { attempt, status: 'CANCELLED' };
          await this.change('cancel', 'job.cancelled', [200], {
            method: 'PATCH',
            path: `${path}/status`,
            body,
          });
        },
      ],
    ]);
  }

  private async retry({ id, attempt }: Job): Promise<void> {
    const path = `/coordinator/jobs/${id}/retry`;
    const body = { attempt };
    await this.change('retry', 'job.retried', [200, 'attempts-exhausted'], { method: 'POST', path, body });
  }

  /** If no replica has swept since the lease expired, the report counts. */
  private async reportLate({ id, attempt }: Job): Promise<void> {
    const path = `/coordinator/jobs/${id}/complete`;
    const body = { attempt, result: { late: true } };
    await this.change('late complete', 'job.completed', [200, 'stale-attempt'], {
      method: 'POST',
      path,
      body,
    });
  }

  private async list(): Promise<void> {
    const path = '/coordinator/jobs?status=RUNNING&limit=20';
    await this.send('list', [200], { method: 'GET', path, key: this.member.key });
  }

  private async read(id: string, what: '' | '/attempts'): Promise<void> {
    const path = `/coordinator/jobs/${id}${what}`;
    await this.send(`read${what}`, [200], { method: 'GET', path, key: this.member.key });
  }

  private async waitForChange(known: Job | undefined): Promise<void> {
    if (known === undefined) return;
    const { status, body } = await this.send<Job>('waiting read', [200, 304], {
      method: 'GET',
      path: `/coordinator/jobs/${known.id}?waitSeconds=${WAIT_SECONDS}`,
      key: this.member.key,
      headers: { 'If-None-Match': `"${known.rev}"` },
    });
    if (status === 200) known.rev = body.rev;
  }

  /** @returns the job, if the answer says that it was changed */
  private async change(
    kind: string,
    action: string,
    expected: readonly (number | string)[],
    request: Request,
  ): Promise<Job | undefined> {
    const { key } = this.member;
    const { requestId, status, body } = await this.send<Job>(kind, expected, { ...request, key });
    if (status === 200) {
      this.load.ledger.changed(requestId, key.id, action, body);
      return body;
    }
    this.load.ledger.unchanged.push(requestId);
    return undefined;
  }

  private send<Body>(
    kind: string,
    expected: readonly (number | string)[],
    request: Request,
  ): Promise<Answer<Body>> {
    return this.load.balancer.send<Body>(kind, expected, request);
  }
}

/** Sends more than the coordinator may, over both replicas at once. */
export async function exceedLimit({ id, key }: Member, { balancer, ledger, stopping }: Load): Promise<void> {
  const request = { method: 'GET', path: '/coordinator/jobs?limit=1', key };
  const ask = async () => {
    const from = performance.now();
    const { status } = await balancer.send('above the limit', [200, 'rate-limited'], request);
    if (status === 200) ledger.admitted(id, LOW_LIMIT, { from, to: performance.now() });
  };
  while (await pause(Math.random() * 2_000, { stopping })) {
    await Promise.all(Array.from({ length: LOW_LIMIT / 8 }, ask));
  }
}

/** For each kind of wrong key. */
const FLOOD_EVERY_MS = 120;
/** In the headers of a request, not of its connection: the replicas trust one proxy. */
const ADDRESSES = 2_000;
/** For the unknown keys of one address, and for the wrong secrets of one kid from one address. */
const FAILURES_A_MINUTE = 30;

/** Wrong keys of all kinds. No answer may be a success, or an error of the server. */
export async function floodWrongKeys(members: readonly Member[], load: Load): Promise<void> {
  const anywhere = () => Math.floor(Math.random() * ADDRESSES);
  const keyOf = (at: number) => members[at % members.length]?.key.text ?? '';
  await Promise.all([
    flood('unknown key', () => [forgeKey(), anywhere()], load),
    flood('unknown key of one address', () => [forgeKey(), ADDRESSES], load),
    // Each costs a hash until the budget is used up.
    flood('wrong secret', () => [forgeKey('crk_', kidOf(keyOf(0))), ADDRESSES], load),
    flood('wrong checksum', () => [withWrongChecksum(keyOf(anywhere())), anywhere()], load),
    flood('malformed key', () => [randomUUID(), anywhere()], load),
  ]);
}

async function flood(
  kind: string,
  make: () => [key: string, address: number],
  { balancer, ledger, stopping }: Load,
): Promise<void> {
  while (await pause(FLOOD_EVERY_MS, { stopping })) {
    const [key, address] = make();
    const from = performance.now();
    const { code } = await balancer.send(kind, ['invalid-credential', 'too-many-failures'], {
      method: 'POST',
      path: '/coordinator/jobs/claim',
      body: { agentId: 'intruder' },
      headers: { 'X-API-Key': key, 'X-Forwarded-For': `198.18.${address >> 8}.${address & 255}` },
    });
    const isBudgeted = address === ADDRESSES && code === 'invalid-credential';
    if (isBudgeted) ledger.admitted(kind, FAILURES_A_MINUTE, { from, to: performance.now() });
  }
}

function withWrongChecksum(key: string): string {
  return `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
}

/** @returns whether to go on */
export async function pause(ms: number, { stopping }: Pick<Load, 'stopping'>): Promise<boolean> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
  return !stopping.aborted;
}

/** Does one of the things, each as often as its weight says. */
async function pick(
  choices: readonly (readonly [weight: number, act: () => Promise<void>])[],
): Promise<void> {
  let place = Math.random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, act] of choices) {
    place -= weight;
    if (place < 0) return await act();
  }
}
