import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { DomainError } from '../common/problems/domain-error.js';
import { Prisma } from '../generated/prisma/client.js';
import {
  API_ROLE,
  DATABASE_CONNECTION,
  type DatabaseConnection,
  REQUEST_APPLICATION_NAME,
  sessionOf,
} from './connection.js';
import { DatabaseNotReadyError } from './database-not-ready.error.js';
import { PrismaService, RESERVED_PRISMA } from './prisma.service.js';

const CANCEL_AFTER_MS = 5_000;
const TERMINATE_AFTER_MS = 10_000;
/**
 * Longer than a statement of a request may take. The drain cannot cancel a statement of another login, but that ends by
 * itself.
 */
const GIVE_UP_AFTER_MS = 25_000;
const FIRST_PAUSE_MS = 1;
const MAX_PAUSE_MS = 25;

interface Transaction {
  pid: number;
  /** `backend/local id`, unique while the backend lives */
  virtualtransaction: string;
  /** whether this login may cancel it */
  signalable: boolean;
}

/** `application_name` of PostgreSQL's own client programs. */
const CLIENT_PROGRAMS = ['psql', 'pg_dump', 'pg_restore'];

/**
 * The transactions in which a request may be running: `held` is the transaction's own lock, `session` its session.
 *
 * A connection pooler may rename sessions, so a name does not prove that a session serves requests. A session is left
 * out only if it is known to serve none:
 * - a background process of Postgres, a client program of Postgres, or this drain;
 * - a session of ours with the name of another purpose. Some poolers append an address to the name;
 * - a session of a login that serves no API. The logins that do are our own and the members of the API's role, since
 *   replicas may use different logins. Owners of the database are members too. They count only if the session has the
 *   name of a request session.
 *
 * $1: {@link REQUEST_APPLICATION_NAME}; $2: {@link CLIENT_PROGRAMS}; $3: {@link API_ROLE}
 */
const REQUEST_TRANSACTIONS = `
  WITH RECURSIVE api_login (id) AS (
    SELECT oid FROM pg_roles WHERE rolname = $3
    UNION
    SELECT grants.member FROM pg_auth_members AS grants JOIN api_login ON grants.roleid = api_login.id
  )
  SELECT held.pid, held.virtualtransaction,
    pg_has_role(session.usesysid, 'USAGE') AS signalable
  FROM pg_locks AS held
  JOIN pg_stat_activity AS session USING (pid)
  JOIN pg_database AS database ON database.oid = session.datid
  WHERE held.locktype = 'virtualxid' AND held.granted AND held.mode = 'ExclusiveLock'
    AND database.datname = current_database()
    AND session.pid <> pg_backend_pid()
    -- null: the session of another login, of which Postgres shows only some columns
    AND coalesce(session.backend_type = 'client backend', true)
    AND session.application_name <> ALL ($2)
    AND NOT starts_with(session.application_name, $1 || '-')
    AND (
      starts_with(session.application_name, $1)
      OR session.usename = session_user
      OR session.usesysid IN (SELECT id FROM api_login) AND NOT pg_has_role(session.usesysid, database.datdba, 'MEMBER')
    )`;

/**
 * Makes the withdrawal of a right final. A statement that began before the withdrawal committed has a snapshot that
 * still holds the right, however long it waits for a row lock. The code that withdraws a right therefore waits, after
 * its commit and before its answer, until every request transaction of that moment has ended. After 5 s the drain
 * cancels those that are left. It cannot cancel those of another login, so it waits for them.
 *
 * Each transaction has a virtual id in `pg_locks`, from before its first snapshot until its end. The drain identifies
 * transactions by this id. A transaction that is not there when the drain looks begins after our commit, and sees it.
 */
@Injectable()
export class RightsDrain implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('RightsDrain');
  private readonly pool: pg.Pool;
  /** whether this drain sees the sessions that serve requests */
  private seen = false;

  constructor(
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    private readonly prisma: PrismaService,
    @Inject(RESERVED_PRISMA) private readonly reserved: PrismaService,
  ) {
    // The login itself, without the request role. Only so may it see and cancel its own request sessions.
    this.pool = new pg.Pool({
      ...sessionOf({ url: connection.url }, 'drain'),
      max: 2,
      idleTimeoutMillis: 60_000,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    this.pool.on('error', (error) => this.logger.warn(`idle drain connection lost: ${error.message}`));
  }

  /**
   * Checks that the drain sees the sessions that serve requests. Otherwise a revoked key could still change data after
   * the revocation was answered.
   *
   * @throws DatabaseNotReadyError it does not see them
   */
  async onModuleInit(): Promise<void> {
    try {
      await this.requireSeen();
    } catch (error) {
      // Without Postgres, no right can be withdrawn either. The first drain checks again.
      if (!(error instanceof DomainError)) throw error;
    }
  }

  private async requireSeen(): Promise<void> {
    for (const prisma of [this.prisma, this.reserved]) {
      await prisma.inTransaction(async (transaction) => {
        const [session] = await transaction.rows<{ pid: number }>(
          Prisma.sql`SELECT pg_catalog.pg_backend_pid() AS pid`,
        );
        const seen = await this.requestTransactions();
        if (seen.some(({ pid }) => pid === session?.pid)) return;
        throw new DatabaseNotReadyError(
          'the server does not see its own sessions in pg_stat_activity and pg_locks, so it could not make a revocation final: ' +
            'connect DATABASE_URL to PostgreSQL directly, or through a pooler that keeps the login and the database',
        );
      });
    }
    this.seen = true;
  }

  /** The last phase of a stop: all requests are answered, and the recorders have written what they held. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /**
   * Resolves once every request transaction that could have seen the old rights has ended.
   *
   * @param advice what the caller should do if the drain fails
   * @throws DomainError `database-unavailable`: the change is committed, but may not be in force everywhere
   */
  async drain(advice = 'Send it again to be sure.'): Promise<void> {
    try {
      if (!this.seen) await this.requireSeen();
      await this.drainOnce();
    } catch (error) {
      this.logger.error(`waiting for older requests after a revocation failed: ${String(error)}`);
      throw new DomainError(
        'database-unavailable',
        `The change is stored, but requests that began before it may still be running. ${advice}`,
        { retryAfterSeconds: 5 },
      );
    }
  }

  private async drainOnce(): Promise<void> {
    const started = performance.now();
    let waitingFor = await this.requestTransactions();
    let pause = FIRST_PAUSE_MS;
    let cancelled = false;
    let terminated = false;
    while (waitingFor.length > 0) {
      const waited = performance.now() - started;
      if (waited > GIVE_UP_AFTER_MS)
        throw new Error(`${waitingFor.length} request transaction(s) did not end`);
      if (!cancelled && waited > CANCEL_AFTER_MS) {
        cancelled = true;
        await this.signal('pg_cancel_backend', waitingFor);
      } else if (!terminated && waited > TERMINATE_AFTER_MS) {
        terminated = true;
        await this.signal('pg_terminate_backend', waitingFor);
      }
      await sleep(pause);
      pause = Math.min(pause * 2, MAX_PAUSE_MS);
      const running = new Set((await this.requestTransactions()).map((it) => it.virtualtransaction));
      waitingFor = waitingFor.filter((it) => running.has(it.virtualtransaction));
    }
  }

  private async requestTransactions(): Promise<Transaction[]> {
    const { rows } = await this.pool.query<Transaction>({
      name: 'request-transactions',
      text: REQUEST_TRANSACTIONS,
      values: [REQUEST_APPLICATION_NAME, CLIENT_PROGRAMS, API_ROLE],
    });
    return rows;
  }

  private async signal(
    how: 'pg_cancel_backend' | 'pg_terminate_backend',
    remaining: Transaction[],
  ): Promise<void> {
    const transactions = remaining.filter(({ signalable }) => signalable);
    this.logger.warn(
      `${how} for ${transactions.length} of ${remaining.length} request transaction(s) that began before a revocation`,
    );
    if (transactions.length === 0) return;
    // Signal only while the same transaction still runs: its session may have started another one by now.
    await this.pool.query(
      `SELECT ${how}(held.pid) FROM pg_locks AS held
       WHERE held.locktype = 'virtualxid' AND held.granted AND held.mode = 'ExclusiveLock'
         AND held.virtualtransaction = ANY ($1)`,
      [transactions.map((it) => it.virtualtransaction)],
    );
  }
}
