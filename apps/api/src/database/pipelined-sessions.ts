import { Logger } from '@nestjs/common';
import pg from 'pg';
import { newSession, type SessionSettings } from './connection.js';
import { endsSession } from './database-errors.js';
import { type NamedStatement, rowsOf } from './prepared-query.js';

/** With more, each session has fewer statements at once, and has to be woken more often (docs/adr/0062). */
const SESSIONS = 2;

/** Maximum number of statements in one session: those that wait for their answer, and the one that runs. */
const MAX_IN_FLIGHT = 32;

/** How long the statements of a session may take together, by the fastest of the latest ones. */
const MAX_WAIT_MS = 10;

/** A statement that has to wait longer for a row is rolled back, and runs in a session of its own. */
const LOCK_TIMEOUT_MS = 10;

/** Each statement raises the time of the fastest one by this factor, so that an old one is forgotten. */
const FORGET = 1.02;

/**
 * SQLSTATEs of a statement that did nothing and may run in another session: `lock_not_available`, and
 * `invalid_sql_statement_name` if the statement that was to prepare it did not get a lock.
 */
const RUN_ELSEWHERE = new Set(['55P03', '26000']);

/** The settings that a pipelined session has beside those of a request session. */
export const PIPELINE_SETTINGS = { pipeline: true, lock_timeout: LOCK_TIMEOUT_MS } as const;

/**
 * A few sessions, each of which gets statements of several requests without a pause for the answer between them. Each
 * statement is a transaction of its own. Under load, this saves most of the time in which server and Postgres wake each other.
 *
 * A statement here may have to wait for the statements before it in its session. So only statements that touch few rows belong
 * here. One that waits for a lock leaves. If each commit takes long, for example because it waits for a standby, a session takes
 * fewer statements, and the caller uses a session of its own. The fastest of the latest statements decides: if a processor is
 * busy, more sessions would not help.
 */
export class PipelinedSessions {
  private readonly sessions: Session[];

  constructor(settings: SessionSettings) {
    this.sessions = Array.from({ length: SESSIONS }, () => new Session(settings));
  }

  /** The rows; undefined if the statement did not run, and needs a session of its own. */
  async rows<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row[] | undefined> {
    let chosen: Session | undefined;
    for (const session of this.sessions) {
      if (session.hasRoom && (chosen === undefined || session.inFlight < chosen.inFlight)) chosen = session;
    }
    try {
      return await chosen?.rows(statement);
    } catch (error) {
      if (error instanceof pg.DatabaseError && RUN_ELSEWHERE.has(error.code ?? '')) return undefined;
      throw error;
    }
  }

  /** Waits for the statements that are in flight. */
  async end(): Promise<void> {
    await Promise.all(this.sessions.map((session) => session.end()));
  }
}

class Session {
  inFlight = 0;
  private connection: Promise<pg.Client> | undefined;
  private client: pg.Client | undefined;
  private fastestMs = 0;
  private corked = false;

  constructor(private readonly settings: SessionSettings) {}

  get hasRoom(): boolean {
    if (this.inFlight === 0) return true;
    return this.inFlight < MAX_IN_FLIGHT && (this.inFlight + 1) * this.fastestMs < MAX_WAIT_MS;
  }

  async rows<Row extends pg.QueryResultRow>(statement: NamedStatement): Promise<Row[]> {
    const isFirst = this.inFlight === 0;
    this.inFlight += 1;
    try {
      const client = await this.connected();
      this.cork(client.connection.stream);
      const sentAt = performance.now();
      const rows = await rowsOf<Row>(client, statement).catch((error: unknown) => {
        if (endsSession(error)) this.forget(client);
        throw error;
      });
      this.note(performance.now() - sentAt, isFirst);
      return rows;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Answers to statements that had to wait may arrive together, so only those of the others show how long one takes. */
  private note(tookMs: number, isFirst: boolean): void {
    this.fastestMs *= FORGET;
    if (isFirst && (this.fastestMs === 0 || tookMs < this.fastestMs)) this.fastestMs = tookMs;
  }

  async end(): Promise<void> {
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
      new Logger('PipelinedSessions').warn(`a database connection was lost: ${error.message}`);
    });
    try {
      return await client.connect();
    } catch (error) {
      this.forget(client);
      throw error;
    }
  }

  /** A connection may report its end several times, and by then there may be another one. */
  private forget(client: pg.Client): void {
    if (this.client === client) this.connection = undefined;
  }

  /** Sends what requests ask for in the same turn of the event loop in one write. */
  private cork(stream: pg.Connection['stream']): void {
    if (this.corked) return;
    this.corked = true;
    stream.cork();
    setImmediate(() => {
      this.corked = false;
      stream.uncork();
    });
  }
}
