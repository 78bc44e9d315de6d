import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { newSession, type SessionSettings } from './connection.js';
import { endsSession } from './database-errors.js';
import type { NamedStatement } from './prepared-query.js';
import { type Asked, type BatchFailure, executeTogether } from './statement-batch.js';

/** One for each processor of a small machine. With more, each batch has fewer statements. */
const SESSIONS = 2;

const MAX_BATCH = 32;

/** Larger values are sent alone, so that the rows of the other statements are not locked while they arrive and are stored. */
const MAX_BATCH_CHARACTERS = 65_536;

/** How long a statement may wait for those before it, as far as the latest batches show. */
const MAX_WAIT_MS = 250;

/** A statement that has to wait longer for a row is rolled back, and runs in a session of its own. */
const LOCK_TIMEOUT_MS = 10;

/** Each batch raises the time of the fastest one by this factor, so that an old one is forgotten. */
const FORGET = 1.5;

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * If this server's machine is gone in the middle of a batch, Postgres rolls the batch back after half a minute. Without these
 * settings, the rows would stay locked for as long as TCP waits, usually two hours.
 */
const NOTICE_LOST_PEER = `
  SET tcp_keepalives_idle = 10;
  SET tcp_keepalives_interval = 5;
  SET tcp_keepalives_count = 3`;

/** The settings that a shared session has beside those of a request session. */
export const SHARED_SETTINGS = { lock_timeout: LOCK_TIMEOUT_MS } as const;

/**
 * A few sessions that execute the statements of several requests together. While a session executes one batch, the
 * statements that requests ask for wait, and are the next batch. A batch is one transaction. Under load, this saves most of what a
 * commit costs, and most of the time in which server and Postgres wake each other (docs/adr/0075).
 *
 * If a statement fails, the others of its batch are rolled back with it, and are executed again without it. So one statement does
 * not fail because of another.
 *
 * A statement here waits for the statements before it. So only statements that touch few rows belong here. One that waits for a
 * lock leaves, and so do all that wait for a batch that takes long. If the statements take long, the caller uses a session of
 * its own. The fastest of the latest batches decides: if only the processors are busy, further sessions make it worse, since each
 * has its own plans and catalogue in the caches.
 */
export class SharedSessions {
  private readonly sessions: Session[];

  constructor(settings: SessionSettings) {
    this.sessions = Array.from({ length: SESSIONS }, () => new Session(settings));
  }

  /** The rows; undefined if the statement did not run, and needs a session of its own. */
  async rows<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row[] | undefined> {
    let chosen: Session | undefined;
    for (const session of this.sessions) {
      if (session.hasRoom && (chosen === undefined || session.statements < chosen.statements))
        chosen = session;
    }
    try {
      return await chosen?.rows<Row>(statement);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) return undefined;
      throw error;
    }
  }

  /** Waits for the statements that are under way. */
  async end(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.end()));
  }
}

class Session {
  private waiting: Asked[] = [];
  private running: readonly Asked[] = [];
  private work: Promise<void> | undefined;
  private connection: Promise<pg.Client> | undefined;
  private client: pg.Client | undefined;
  private fastestMs = 0;
  private sentAt = 0;

  constructor(private readonly settings: SessionSettings) {}

  get statements(): number {
    return this.waiting.length + this.running.length;
  }

  get hasRoom(): boolean {
    return this.statements * this.fastestMs < MAX_WAIT_MS && !this.isStuck;
  }

  private get isStuck(): boolean {
    return this.running.length > 0 && performance.now() - this.sentAt > MAX_WAIT_MS;
  }

  rows<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row[] | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ statement, resolve: (rows) => resolve(rows as Row[] | undefined), reject });
      this.work ??= this.executeAll();
    });
  }

  private async executeAll(): Promise<void> {
    // What requests ask for in the same turn of the event loop is one batch.
    await nextTurn();
    while (this.waiting.length > 0) await this.executeBatch();
    this.work = undefined;
  }

  private async executeBatch(): Promise<void> {
    let client: pg.Client;
    try {
      client = await this.connected();
    } catch (error) {
      for (const { reject } of this.waiting.splice(0)) reject(error as Error);
      return;
    }
    this.running = this.nextBatch();
    this.sentAt = performance.now();
    const timer = setTimeout(() => this.letLeave(), MAX_WAIT_MS);
    const failure = await executeTogether(client, this.running);
    clearTimeout(timer);
    if (failure === undefined) this.note(performance.now() - this.sentAt, this.running.length);
    else this.settle(failure, client);
    this.running = [];
  }

  /** The batch takes long, for whatever reason: what waits for it runs elsewhere. */
  private letLeave(): void {
    for (const { resolve } of this.waiting.splice(0)) resolve(undefined);
  }

  private nextBatch(): Asked[] {
    let size = 1;
    let characters = lengthOf(this.waiting[0]);
    while (size < Math.min(MAX_BATCH, this.waiting.length)) {
      characters += lengthOf(this.waiting[size]);
      if (characters > MAX_BATCH_CHARACTERS) break;
      size += 1;
    }
    return this.waiting.splice(0, size);
  }

  private settle({ error, failed }: BatchFailure, client: pg.Client): void {
    const isRolledBack = error instanceof pg.DatabaseError && !endsSession(error);
    if (!isRolledBack) this.abandon(client);
    const innocent = isRolledBack && failed !== undefined ? this.running.filter((it) => it !== failed) : [];
    for (const asked of this.running) if (!innocent.includes(asked)) asked.reject(error);
    this.waiting.unshift(...innocent);
  }

  /** A batch costs one commit, so its time by statement shows what a further one costs. */
  private note(tookMs: number, statements: number): void {
    const eachMs = tookMs / statements;
    const remembered = this.fastestMs * FORGET;
    this.fastestMs = remembered === 0 ? eachMs : Math.min(eachMs, remembered);
  }

  async end(): Promise<void> {
    await this.work;
    const client = await this.connection?.catch(() => undefined);
    await client?.end();
  }

  private async connected(): Promise<pg.Client> {
    this.connection ??= this.connect();
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
      this.forget(client);
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
