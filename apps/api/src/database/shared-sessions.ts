import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { prepareValue } from 'pg/lib/utils.js';
import { NOTICE_LOST_PEER, newSession, type SessionSettings } from './connection.js';
import { endsSession, isStalePlan } from './database-errors.js';
import type { NamedStatement } from './prepared-query.js';
import { freeSessions, rowsInPool } from './session-pool.js';
import { type Asked, type BatchFailure, executeTogether } from './statement-batch.js';

/** One for each processor of a small machine. With more, each batch has fewer statements. */
const SESSIONS = 2;

const MAX_BATCH = 32;

/** Larger values are sent alone, so that the rows of the other statements are not locked while they arrive and are stored. */
const MAX_BATCH_CHARACTERS = 65_536;

/** How long a statement may wait for those before it. */
const MAX_WAIT_MS = 250;

/**
 * A statement that takes longer is rolled back, and runs in a session of its own, where it may take as long as any. So a
 * batch ends before the server gives up its answer.
 */
const STATEMENT_TIMEOUT_MS = 500;

/** A statement that has to wait longer for a row is rolled back. It runs again in the pool, or here if the pool has no free session. */
const LOCK_TIMEOUT_MS = 10;

/** Each batch raises the time of the fastest one by this factor, so that an old one is forgotten. */
const FORGET = 1.5;

/** How long a statement whose row is locked is repeated here while the pool has no free session. */
const MAX_REPEAT_MS = 5_000;

/** SQLSTATEs of a statement that did nothing and may run in another session. */
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';

/** The settings that a shared session has in place of those of a request session. */
export const SHARED_SETTINGS = {
  lock_timeout: LOCK_TIMEOUT_MS,
  statement_timeout: STATEMENT_TIMEOUT_MS,
} as const;

/**
 * A few sessions that execute the statements of several requests together. While a session executes one batch, the
 * statements that requests ask for wait, and are the next batch. A batch is one transaction. Under load, this saves most of what a
 * commit costs, and most of the time in which server and Postgres wake each other (docs/adr/0075).
 *
 * If a statement fails, the others of its batch are rolled back with it, and are executed again without it. So one statement does
 * not fail because of another.
 *
 * A statement here waits for the statements before it. So only statements that touch few rows belong here. One that waits for a
 * lock or takes long leaves for a session of the pool. So do the statements that wait for a slow batch, but only as many as the
 * pool has free sessions: its other sessions may all wait for locked rows. New statements use the pool while statements take long. The
 * fastest of the latest batches decides: if only the processors are busy, further sessions make it worse, since each
 * has its own plans and catalogue in the caches.
 */
export class SharedSessions {
  private readonly sessions: Session[];

  /** @param pool executes one statement in each session */
  constructor(
    settings: SessionSettings,
    private readonly pool: pg.Pool,
  ) {
    this.sessions = Array.from({ length: SESSIONS }, () => new Session(settings, pool));
  }

  async rows<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row[]> {
    return await (this.chosen()?.rows<Row>(statement) ?? rowsInPool<Row>(this.pool, statement));
  }

  /** Undefined: the statement should use the pool. */
  private chosen(): Session | undefined {
    const withRoom = leastBusy(this.sessions.filter((it) => it.hasRoom));
    if (withRoom !== undefined || freeSessions(this.pool) > 0) return withRoom;
    return leastBusy(this.sessions.filter((it) => !it.hasEnded));
  }

  /** Waits for the statements that are under way. */
  async end(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.end()));
  }
}

function leastBusy(sessions: Session[]): Session | undefined {
  let least: Session | undefined;
  for (const session of sessions) {
    if (least === undefined || session.statements < least.statements) least = session;
  }
  return least;
}

class Session {
  private waiting: Asked[] = [];
  private running: readonly Asked[] = [];
  /** parts of a batch that were rolled back with a statement; they run again before newer ones */
  private again: (readonly Asked[])[] = [];
  private work: Promise<void> | undefined;
  private busySince = 0;
  hasEnded = false;
  private connection: Promise<pg.Client> | undefined;
  private client: pg.Client | undefined;
  private fastestMs = 0;

  constructor(
    private readonly settings: SessionSettings,
    private readonly pool: pg.Pool,
  ) {}

  get statements(): number {
    return this.waiting.length + this.again.flat().length + this.running.length;
  }

  get hasRoom(): boolean {
    return !this.hasEnded && this.statements * this.fastestMs < MAX_WAIT_MS && !this.isStuck;
  }

  private get isStuck(): boolean {
    return this.work !== undefined && performance.now() - this.busySince > MAX_WAIT_MS;
  }

  rows<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      // Here, so that a value that has no text fails this statement only.
      const values = statement.values.map((value) => prepareValue(value));
      this.waiting.push({
        statement: { ...statement, values },
        since: performance.now(),
        resolve: (rows) => resolve(rows as Row[]),
        runElsewhere: () => resolve(rowsInPool<Row>(this.pool, statement)),
        reject,
      });
      if (this.work !== undefined) return;
      this.busySince = performance.now();
      this.work = this.executeAll();
    });
  }

  private async executeAll(): Promise<void> {
    // What requests ask for in the same turn of the event loop is one batch.
    await nextTurn();
    while (this.again.length + this.waiting.length > 0) await this.executeBatch();
    this.work = undefined;
  }

  private async executeBatch(): Promise<void> {
    this.busySince = performance.now();
    const timer = setInterval(() => this.letLeave(freeSessions(this.pool)), MAX_WAIT_MS);
    try {
      const client = await this.connected();
      this.running = this.again.shift() ?? this.nextBatch();
      if (this.running.length === 0) return;
      const sentAt = performance.now();
      const failure = await executeTogether(client, this.running);
      if (failure === undefined) this.note(performance.now() - sentAt, this.running.length);
      else this.settle(failure, client);
    } catch (error) {
      for (const { reject } of this.running) reject(error as Error);
      // If there is no connection, the pool may have one.
      this.letLeave(Number.POSITIVE_INFINITY);
    } finally {
      this.running = [];
      clearInterval(timer);
    }
  }

  /** The statements that do not run now: they have not run yet, or were rolled back. */
  private letLeave(max: number): void {
    const notRunning = [...this.again.splice(0).flat(), ...this.waiting];
    for (const { runElsewhere } of notRunning.splice(0, max)) runElsewhere();
    this.waiting = notRunning;
  }

  private nextBatch(): Asked[] {
    let size = 0;
    let characters = 0;
    while (size < Math.min(MAX_BATCH, this.waiting.length)) {
      characters += lengthOf(this.waiting[size]);
      if (size > 0 && characters > MAX_BATCH_CHARACTERS) break;
      size += 1;
    }
    return this.waiting.splice(0, size);
  }

  private settle({ error, at }: BatchFailure, client: pg.Client): void {
    const { running } = this;
    const isRolledBack = error instanceof pg.DatabaseError && !endsSession(error);
    if (!isRolledBack) this.abandon(client);
    const failed = running[at];
    // After a migration, all statements of the batch have names of stale plans.
    if (!isRolledBack || failed === undefined || isStalePlan(error)) {
      for (const asked of running) this.refuse(asked, error);
      return;
    }
    this.refuse(failed, error);
    // What Postgres had executed does not wait for what it had not: more of that may fail.
    const parts = [running.slice(0, at), running.slice(at + 1)];
    this.again.unshift(...parts.filter((it) => it.length > 0));
  }

  private refuse(asked: Asked, error: Error): void {
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    // It may be a statement of the other shared session that has locked the row.
    const mayRepeat = code === LOCK_NOT_AVAILABLE && performance.now() - asked.since < MAX_REPEAT_MS;
    if (mayRepeat && freeSessions(this.pool) <= 0) this.waiting.push(asked);
    else if (code === LOCK_NOT_AVAILABLE || code === QUERY_CANCELED) asked.runElsewhere();
    else asked.reject(error);
  }

  /** A batch costs one commit, so its time by statement shows what a further one costs. */
  private note(tookMs: number, statements: number): void {
    const eachMs = tookMs / statements;
    const remembered = this.fastestMs * FORGET;
    this.fastestMs = remembered === 0 ? eachMs : Math.min(eachMs, remembered);
  }

  async end(): Promise<void> {
    this.hasEnded = true;
    await this.work;
    const client = await this.connection?.catch(() => undefined);
    await client?.end();
  }

  private async connected(): Promise<pg.Client> {
    this.connection ??= this.connect().catch((error: unknown) => {
      this.connection = undefined;
      throw error;
    });
    return await this.connection;
  }

  private async connect(): Promise<pg.Client> {
    const client = newSession(this.settings);
    this.client = client;
    client.on('error', (error) => {
      this.forget(client);
      new Logger('SharedSessions').warn(`a database connection was lost: ${error.message}`);
    });
    try {
      await client.connect();
      await client.query(NOTICE_LOST_PEER);
      return client;
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
  }

  /** After a timeout, its answer may still be on the way. */
  private abandon(client: pg.Client): void {
    this.forget(client);
    client.connection.stream.destroy();
  }

  /** A connection may report its end several times, and by then there may be another one. */
  private forget(client: pg.Client): void {
    if (this.client === client) this.connection = undefined;
  }
}

function lengthOf(asked: Asked | undefined): number {
  let length = 0;
  for (const value of asked?.statement.values ?? []) {
    if (typeof value === 'string' || value instanceof Uint8Array) length += value.length;
  }
  return length;
}
