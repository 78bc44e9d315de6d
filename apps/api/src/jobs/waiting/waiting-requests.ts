import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Gauge, Registry } from 'prom-client';
import type { Caller } from '../../common/access/caller.js';
import { SharedQuota } from '../../common/http/shared-quota.js';
import { StoppingError } from '../../common/http/stopping.js';
import type { Wait } from '../../common/http/wait.js';
import { Waiter } from '../../common/http/waiter.js';
import { RecurringTask } from '../../common/recurring-task.js';
import { WorkQueue } from '../../keys/work-queue.js';
import type { Idempotency } from '../job.js';
import { type Changes, ChangesRepository } from './changes.repository.js';
import { type ClaimScope, Watched } from './watched.js';

/** The pause between two looks at the database. */
const LOOK_EVERY_MS = 300;
/** How many woken requests ask the database at once. There are more sessions, and the others serve further requests. */
const MAX_ASKS_AT_ONCE = 8;

/** After a look that took longer, the next one looks for a part of the claims only, and later ones for the others. */
const SLOW_LOOK_MS = 500;
const SLOW_LOOK_DIVISOR = 4;

const MAX_WAITERS = 4_000;
/** So that one coordinator cannot take all places. */
const MAX_OF_ONE = 2_000;
const TOO_MANY = { detail: 'Too many requests are waiting.', retryAfterSeconds: 5 };

const MIB = 1_048_576;

interface WaitingRead {
  caller: Caller;
  jobId: string;
  /** what the client knows */
  rev: number;
  waiter: Waiter;
}

interface WaitingClaims {
  caller: Caller;
  scope: ClaimScope;
  /** who is woken next comes first */
  waiters: Set<Waiter>;
}

interface WaitingRepeat {
  caller: Caller;
  idempotency: Idempotency;
  waiter: Waiter;
}

/**
 * Holds requests back until their answer changes. They have no session of the database meanwhile: one statement for all
 * of them looks every 300 ms which of them would get another answer (docs/adr/0056). A woken request then asks as it
 * would have without a wait, so its own statement decides its rights and its answer. If its answer is the
 * same, it waits again. If it was not woken but should have been, the next look finds it.
 */
@Injectable()
export class WaitingRequests implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly reads = new Set<WaitingRead>();
  private readonly claims = new Map<string, WaitingClaims>();
  private readonly repeats = new Set<WaitingRepeat>();
  private readonly all = new Set<Waiter>();
  private readonly places = new SharedQuota(MAX_WAITERS, MAX_OF_ONE, TOO_MANY);
  private readonly asking = new WorkQueue(MAX_ASKS_AT_ONCE, Number.POSITIVE_INFINITY);
  /** how many requests of each coordinator ask the database, or wait for their turn to */
  private readonly askingOf = new Map<string, number>();
  private readonly looking: RecurringTask;
  private claimsInALook = MAX_WAITERS;
  /** A claim may name a thousand workspaces, and keeps them in memory while it waits. */
  private readonly scopes = new SharedQuota(32 * MIB, 4 * MIB, TOO_MANY);

  constructor(
    private readonly changes: ChangesRepository,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    registry: Registry,
  ) {
    this.looking = new RecurringTask('looking for what requests wait for', LOOK_EVERY_MS, () => this.look());
    const waiting = () => this.all.size;
    new Gauge({
      name: 'http_requests_waiting',
      help: 'Requests whose answer is held back until a job changes or can be claimed',
      registers: [registry],
      collect() {
        this.set(waiting());
      },
    });
  }

  onApplicationBootstrap(): void {
    this.looking.start();
    this.stopping.addEventListener('abort', () => this.endAll(), { once: true });
  }

  async onModuleDestroy(): Promise<void> {
    await this.looking.stop();
  }

  private get stopping(): AbortSignal {
    return this.host.httpAdapter.getInstance().stopping;
  }

  private endAll(): void {
    for (const waiter of this.all) waiter.end();
  }

  /**
   * Asks again each time that the job has another rev than `rev`, or that the caller's rights on it may have changed.
   *
   * @param rev the rev that the client knows; the request is woken when the job's differs
   * @param ask returns null to end the wait, or the rev that the client still knows to wait on. It keeps the job that it read
   * @throws DomainError `overloaded`; what `ask` throws
   */
  async untilChanged(
    caller: Caller,
    { jobId, rev }: { jobId: string; rev: number },
    wait: Wait,
    ask: () => Promise<number | null>,
  ): Promise<void> {
    await this.hold(caller, wait, async (waiter) => {
      const read: WaitingRead = { caller, jobId, rev, waiter };
      this.reads.add(read);
      try {
        while (await this.pauseUntilNextAsk(waiter, wait)) {
          const known = await this.askInTurn(caller, async () => (wait.gone.aborted ? null : await ask()));
          if (known === null || waiter.isEnded) return;
          read.rev = known;
        }
      } finally {
        this.reads.delete(read);
      }
    });
  }

  /**
   * Claims again each time that there is a job to claim, until `claim` gets one. One job wakes one request: that is
   * enough, because each claim that gets a job wakes the next one.
   *
   * @returns null if the time is over, or the client is gone. No job is claimed for a client that is gone
   * @throws DomainError `overloaded`; what `claim` throws
   */
  async untilClaimed<Claimed>(
    caller: Caller,
    { scope, idempotency }: { scope: ClaimScope; idempotency: Idempotency | null },
    wait: Wait,
    claim: () => Promise<Claimed | null>,
  ): Promise<Claimed | null> {
    return await this.hold(caller, wait, async (waiter) => {
      const key = JSON.stringify([caller.kid, caller.sourceAddress, scope.workspaceIds, scope.types]);
      this.scopes.take(caller.id, key.length);
      const together = this.claims.get(key) ?? { caller, scope, waiters: new Set() };
      this.claims.set(key, together);
      together.waiters.add(waiter);
      const repeat = idempotency === null ? undefined : { caller, idempotency, waiter };
      if (repeat !== undefined) this.repeats.add(repeat);
      try {
        while (await this.pauseUntilNextAsk(waiter, wait)) {
          const claimed = await this.askInTurn(caller, async () =>
            wait.gone.aborted ? null : await claim(),
          );
          if (claimed !== null) wakeNext(together);
          if (claimed !== null || waiter.isEnded) return claimed;
        }
        return null;
      } finally {
        this.scopes.giveBack(caller.id, key.length);
        together.waiters.delete(waiter);
        if (together.waiters.size === 0 && this.claims.get(key) === together) this.claims.delete(key);
        if (repeat !== undefined) this.repeats.delete(repeat);
      }
    });
  }

  /**
   * Returns when the request must ask again: it was woken, or its time is over, which means one last time.
   *
   * @returns false if the client is gone, and nothing is to be asked
   * @throws StoppingError
   */
  private async pauseUntilNextAsk(waiter: Waiter, wait: Wait): Promise<boolean> {
    await waiter.pause();
    if (this.stopping.aborted) throw new StoppingError();
    return !wait.gone.aborted;
  }

  /** Coordinators take turns: a request comes after those of others that have fewer before it. */
  private async askInTurn<Answer>({ id }: Caller, ask: () => Promise<Answer>): Promise<Answer> {
    const before = this.askingOf.get(id) ?? 0;
    this.askingOf.set(id, before + 1);
    try {
      return await this.asking.run(ask, before);
    } finally {
      const left = (this.askingOf.get(id) ?? 0) - 1;
      if (left > 0) this.askingOf.set(id, left);
      else this.askingOf.delete(id);
    }
  }

  private async hold<Answer>(
    { id }: Caller,
    wait: Wait,
    work: (waiter: Waiter) => Promise<Answer>,
  ): Promise<Answer> {
    this.places.take(id);
    const waiter = new Waiter(wait);
    const end = () => waiter.end();
    const timer = setTimeout(end, 1_000 * wait.seconds);
    wait.gone.addEventListener('abort', end);
    if (this.stopping.aborted || wait.gone.aborted) end();
    this.all.add(waiter);
    try {
      return await work(waiter);
    } finally {
      clearTimeout(timer);
      wait.gone.removeEventListener('abort', end);
      this.all.delete(waiter);
      this.places.giveBack(id);
    }
  }

  /** Wakes the requests that would now get another answer. */
  private async look(): Promise<void> {
    if (this.all.size === 0) return;
    const claims = this.takeClaimsOfLook();
    const from = performance.now();
    try {
      const reads = [...this.reads];
      const repeats = [...this.repeats];
      const watched = new Watched();
      for (const { caller, jobId, rev } of reads) watched.read(caller, jobId, rev);
      for (const [, { caller, scope }] of claims) watched.claim(caller, scope);
      for (const { caller, idempotency } of repeats) watched.repeat(caller, idempotency);
      const changes = await this.changes.among(watched);
      for (const at of changes.reads) reads[at]?.waiter.wake();
      for (const at of changes.repeats) repeats[at]?.waiter.wake();
      this.handOut(claims, changes.claims);
    } finally {
      const took = performance.now() - from;
      this.claimsInALook =
        took > SLOW_LOOK_MS
          ? Math.ceil(claims.length / SLOW_LOOK_DIVISOR) || 1
          : Math.min(MAX_WAITERS, 2 * this.claimsInALook);
    }
  }

  private takeClaimsOfLook(): [string, WaitingClaims][] {
    const claims = [...this.claims.entries()].slice(0, this.claimsInALook);
    for (const [key, together] of claims) this.toTheEnd(key, together);
    return claims;
  }

  private toTheEnd(key: string, together: WaitingClaims): void {
    this.claims.delete(key);
    this.claims.set(key, together);
  }

  /**
   * Wakes one request for each job, however many could take it. Those whose turn was longest ago come first, so that a
   * job which the first of them cannot take gets to the others.
   */
  private handOut(claims: [string, WaitingClaims][], found: Changes['claims']): void {
    const handedOut = new Set<string>();
    for (const { at, jobId } of found) {
      const [key, together] = claims[at] ?? [];
      if (key === undefined || together === undefined) continue;
      if (jobId === null) {
        for (const waiter of together.waiters) waiter.wake();
      } else if (!handedOut.has(jobId) && wakeNext(together)) {
        handedOut.add(jobId);
        this.toTheEnd(key, together);
      }
    }
  }
}

/** @returns whether any request was waiting */
function wakeNext({ waiters }: WaitingClaims): boolean {
  for (const waiter of waiters) {
    if (!waiter.isPaused) continue;
    // To the end: if it gets nothing, the next job wakes another one.
    waiters.delete(waiter);
    waiters.add(waiter);
    waiter.wake();
    return true;
  }
  return false;
}
