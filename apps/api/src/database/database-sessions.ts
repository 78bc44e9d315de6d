import type { OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import {
  type DatabaseConnection,
  EXPORT,
  EXPORT_SESSIONS,
  MAINTENANCE,
  READ,
  type SessionSettings,
  sessionOf,
} from './connection.js';
import { isConflict, isStalePlan, translateOutage } from './database-errors.js';
import { type NamedStatement, rowsOf } from './prepared-query.js';
import { openPool, rowsInPool } from './session-pool.js';
import type { Statement } from './shape.js';
import { SHARED_SETTINGS, SharedSessions } from './shared-sessions.js';
import { StatementNames } from './statement-names.js';

/**
 * Injection token of {@link DatabaseSessions} for the pages of exports and feeds. They have their own sessions, so they take
 * none from requests. No drain waits for them, because each page checks the rights again.
 */
export const EXPORT_DATABASE = Symbol('EXPORT_DATABASE');

/**
 * Injection token of {@link DatabaseSessions} for changes to large parts of the log: partitions, retention, erasure. Their
 * statements may take longer than those of a request, and no drain cancels them.
 */
export const MAINTENANCE_DATABASE = Symbol('MAINTENANCE_DATABASE');

/** On the standby; see `StandbyReads`. */
const READ_POOL_SIZE = 4;

const MAINTENANCE_POOL_SIZE = 2;

const MAINTENANCE_TIMEOUT_MS = 300_000;

/** How long a request waits for a free session, or for a new one to open. */
const CONNECTION_TIMEOUT_MS = 5_000;

/** Longer than any request may take, and longer than a writer waits for the row of a job. */
const STATEMENT_TIMEOUT_MS = 20_000;

/**
 * Postgres ends a statement at its timeout. If no answer arrives within this time after it, Postgres is unreachable.
 */
const ANSWER_AFTER_MS = 5_000;

const MAX_TRIES = 3;

/** Where a repository sends its statements. */
export interface Statements {
  rows<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>;
}

interface PoolOptions {
  sessions: number;
  isShared?: boolean;
  /** omitted: the sessions serve requests */
  purpose?: string;
  statementTimeoutMs?: number;
}

/**
 * A pool of sessions. Only repositories use it. If Postgres is unavailable, it throws a `DomainError`
 * `database-unavailable`. For violated unique indexes see `violatedIndex`.
 */
export class DatabaseSessions implements Statements, OnApplicationShutdown {
  private constructor(
    readonly pool: pg.Pool,
    readonly names: StatementNames,
    private readonly shared: SharedSessions | undefined,
  ) {}

  static exporting(connection: DatabaseConnection): DatabaseSessions {
    return DatabaseSessions.open(connection, { sessions: EXPORT_SESSIONS, purpose: EXPORT });
  }

  static reading(connection: DatabaseConnection): DatabaseSessions {
    return DatabaseSessions.open(connection, { sessions: READ_POOL_SIZE, purpose: READ });
  }

  static maintaining(connection: DatabaseConnection): DatabaseSessions {
    return DatabaseSessions.open(connection, {
      sessions: MAINTENANCE_POOL_SIZE,
      purpose: MAINTENANCE,
      statementTimeoutMs: MAINTENANCE_TIMEOUT_MS,
    });
  }

  static open(connection: DatabaseConnection, options: PoolOptions): DatabaseSessions {
    const settings = settingsOf(connection, options);
    const pool = openPool(settings, options.sessions);
    return new DatabaseSessions(
      pool,
      new StatementNames(),
      options.isShared ? new SharedSessions({ ...settings, ...SHARED_SETTINGS }, pool) : undefined,
    );
  }

  /**
   * Returns the rows of one statement. Through Prisma's client, a change of a job costs this server half as much again
   * (docs/adr/0017). Names, errors and values are those of `$queryRaw`: `bigint` for int8, `Date`, parsed JSON. The exception is
   * that numbers in JSON are exact, see `parseJson`.
   */
  async rows<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return await this.translating(() => rowsInPool<Row>(this.pool, this.named(statement)));
  }

  /**
   * Like {@link rows}, for a frequent statement that touches few rows: it may share a session with statements of other
   * requests, see {@link SharedSessions}.
   */
  async rowsShared<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    const { shared } = this;
    if (shared === undefined) return await this.rows<Row>(statement);
    return await this.translating(() => shared.rows<Row>(this.named(statement)));
  }

  /**
   * Runs `work` in one transaction of one session: all its statements commit together, or none does.
   *
   * `work` runs again after a deadlock, a conflict, or a prepared statement that a migration has made stale. The run before is
   * rolled back.
   *
   * @throws DomainError `database-unavailable`: no session became free in time, or Postgres cannot be reached. If the
   * connection breaks during the commit, it is unknown whether the transaction was committed.
   */
  async inTransaction<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    return await this.translating(() => this.transaction(work));
  }

  private async transaction<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({ rows: (statement) => rowsOf(client, this.named(statement)) });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      // A session that cannot roll back is closed, so that the next request does not get it.
      client.release(broken);
    }
  }

  private named({ text, values }: Statement): NamedStatement {
    return { name: this.names.nameOf(text), text, values };
  }

  /**
   * Repeats a statement that Postgres refused for a stale plan or rolled back for a conflict. In both cases nothing was
   * done. An outage becomes a `DomainError`.
   */
  async translating<T>(ask: () => Promise<T>): Promise<T> {
    const { names } = this;
    for (let tries = 1; ; tries++) {
      const { generation } = names;
      try {
        return await ask();
      } catch (error) {
        const stale = isStalePlan(error);
        if (tries >= MAX_TRIES || !(stale || isConflict(error))) throw translateOutage(error);
        if (stale) names.renew(generation);
      }
    }
  }

  /** The last phase of a stop: all requests are answered, and the recorders have written what they held. */
  async onApplicationShutdown(): Promise<void> {
    // What leaves a shared session needs the pool.
    await this.shared?.end();
    await this.pool.end();
  }
}

function settingsOf(
  connection: DatabaseConnection,
  { purpose, statementTimeoutMs = STATEMENT_TIMEOUT_MS }: PoolOptions,
): SessionSettings {
  return {
    ...sessionOf(connection, purpose),
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_AFTER_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  };
}
