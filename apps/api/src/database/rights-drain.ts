import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DomainError } from '../common/problems/domain-error.js';
import {
  DATABASE_CONNECTION,
  type DatabaseConnection,
  REQUEST_APPLICATION_NAME,
  sessionOf,
} from './connection.js';

const CANCEL_AFTER_MS = 5_000;
const TERMINATE_AFTER_MS = 10_000;
const GIVE_UP_AFTER_MS = 15_000;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 25;

interface Transaction {
  pid: number;
  /** `backend/local id`, unique for as long as the backend lives */
  virtualtransaction: string;
}

/**
 * Makes a withdrawn right final. A statement that began before the withdrawal committed has a snapshot that still holds the
 * right, however long it waits for a row lock; so whoever withdraws one waits, after its own commit and before it answers,
 * until every request transaction of that moment has ended. Stragglers are cancelled after 5 s.
 *
 * Transactions are told apart by their virtual ids in `pg_locks`: each holds its own from before its first snapshot until its
 * end. A transaction that is not there when we look begins after our commit, and sees it.
 */
@Injectable()
export class RightsDrain implements OnApplicationShutdown {
  readonly #logger = new Logger('RightsDrain');
  readonly #pool: pg.Pool;

  constructor(@Inject(DATABASE_CONNECTION) connection: DatabaseConnection) {
    // The login itself, without the request role: only then may it see and cancel its own request sessions.
    this.#pool = new pg.Pool({
      ...sessionOf({ url: connection.url }, 'drain'),
      max: 2,
      idleTimeoutMillis: 60_000,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    this.#pool.on('error', (error) => this.#logger.warn(`idle drain connection lost: ${error.message}`));
  }

  /** The last phase of a stop: requests have been answered, and recorders have written what they held. */
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }

  /**
   * Resolves once no request transaction that could have seen the rights of before is left.
   *
   * @throws DomainError `database-unavailable`: the change is committed, but not known to be in force everywhere
   */
  async drain(): Promise<void> {
    try {
      await this.#drain();
    } catch (error) {
      this.#logger.error(`the drain after a withdrawn right did not end: ${String(error)}`);
      throw new DomainError(
        'database-unavailable',
        'The change is stored, but requests that began before it may still be running. Send it again to be sure.',
        { retryAfterSeconds: 5 },
      );
    }
  }

  async #drain(): Promise<void> {
    const started = performance.now();
    let waitingFor = await this.#requestTransactions();
    let pause = FIRST_PAUSE_MS;
    let cancelled = false;
    let terminated = false;
    while (waitingFor.length > 0) {
      const waited = performance.now() - started;
      if (waited > GIVE_UP_AFTER_MS)
        throw new Error(`${waitingFor.length} request transaction(s) would not end`);
      if (!cancelled && waited > CANCEL_AFTER_MS) {
        cancelled = true;
        await this.#signal('pg_cancel_backend', waitingFor);
      } else if (!terminated && waited > TERMINATE_AFTER_MS) {
        terminated = true;
        await this.#signal('pg_terminate_backend', waitingFor);
      }
      await sleep(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      const running = new Set((await this.#requestTransactions()).map((it) => it.virtualtransaction));
      waitingFor = waitingFor.filter((it) => running.has(it.virtualtransaction));
    }
  }

  async #requestTransactions(): Promise<Transaction[]> {
    const { rows } = await this.#pool.query<Transaction>({
      name: 'request-transactions',
      text: `
        SELECT held.pid, held.virtualtransaction
        FROM pg_locks AS held
        JOIN pg_stat_activity AS session USING (pid)
        WHERE held.locktype = 'virtualxid' AND held.granted AND held.mode = 'ExclusiveLock'
          AND session.datname = current_database() AND session.application_name = $1`,
      values: [REQUEST_APPLICATION_NAME],
    });
    return rows;
  }

  async #signal(
    how: 'pg_cancel_backend' | 'pg_terminate_backend',
    transactions: Transaction[],
  ): Promise<void> {
    this.#logger.warn(
      `${how} for ${transactions.length} request transaction(s) that outlived a withdrawn right`,
    );
    // Only while the very transaction still runs: its session may have gone on to another by now.
    await this.#pool.query(
      `SELECT ${how}(held.pid) FROM pg_locks AS held
       WHERE held.locktype = 'virtualxid' AND held.granted AND held.mode = 'ExclusiveLock'
         AND held.virtualtransaction = ANY ($1)`,
      [transactions.map((it) => it.virtualtransaction)],
    );
  }
}
