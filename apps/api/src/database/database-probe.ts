import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { RecurringTask } from '../common/recurring-task.js';
import { DATABASE_CONNECTION, type DatabaseConnection, sessionOf } from './connection.js';

const EVERY_MS = 1_000;
const FRESH_MS = 250;
/** How long a probe waits: in slices, see `timeout`. */
const SLICES = 8;
const SLICE_MS = 50;
/** Then the connection is given up, and the next probe opens another. */
const GIVE_UP_MS = 2_000;

/** `read-only`: it answers, but takes no changes, as a standby does. */
export const DATABASE_STATES = ['ok', 'read-only', 'unavailable'] as const;
export type DatabaseState = (typeof DATABASE_STATES)[number];

/**
 * Knows whether Postgres answers, and takes changes. Asks over a connection of its own, which no load on the request pool can starve, once a
 * second; a connection that breaks counts at once.
 */
@Injectable()
export class DatabaseProbe implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('DatabaseProbe');
  readonly #pool: pg.Pool;
  #state: DatabaseState = 'unavailable';
  #probedAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<DatabaseState> | undefined;
  /** of the one question that is open; it never rejects */
  #answer: Promise<DatabaseState> | undefined;
  readonly #probing = new RecurringTask('probing Postgres', EVERY_MS, () => this.probe());

  constructor(@Inject(DATABASE_CONNECTION) { url }: DatabaseConnection) {
    this.#pool = new pg.Pool({
      ...sessionOf({ url }, 'probe'),
      max: 1,
      connectionTimeoutMillis: GIVE_UP_MS,
      query_timeout: GIVE_UP_MS,
      idleTimeoutMillis: 0,
      // The probe must not keep a process alive.
      allowExitOnIdle: true,
    });
    this.#pool.on('error', () => this.#know('unavailable'));
  }

  async onModuleInit(): Promise<void> {
    await this.probe();
    this.#probing.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#probing.stop();
    await this.#pool.end();
  }

  /** As last probed. */
  get state(): DatabaseState {
    return this.#state;
  }

  /** The state of now, or of a quarter of a second ago; takes less than half a second whatever Postgres does. */
  async current(): Promise<DatabaseState> {
    return performance.now() - this.#probedAt < FRESH_MS ? this.#state : this.probe();
  }

  /** Never rejects; whoever asks while a probe is under way shares it. */
  probe(): Promise<DatabaseState> {
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #ask(): Promise<DatabaseState> {
    this.#answer ??= this.#answers().finally(() => {
      this.#answer = undefined;
    });
    return this.#know(await Promise.race([this.#answer, timeout()]));
  }

  async #answers(): Promise<DatabaseState> {
    try {
      // 'on' for a standby, and where the server, the database or the login is set so: this session has the settings of all others.
      const { rows } = await this.#pool.query<{ read_only: boolean }>(
        "SELECT pg_catalog.current_setting('transaction_read_only') = 'on' AS read_only",
      );
      return rows[0]?.read_only === false ? 'ok' : 'read-only';
    } catch {
      return 'unavailable';
    }
  }

  #know(state: DatabaseState): DatabaseState {
    if (state !== this.#state && this.#probedAt > 0) {
      if (state === 'ok') this.#logger.log('Postgres answers again, and takes changes');
      else if (state === 'read-only')
        this.#logger.error('Postgres answers, but takes no changes: it is read-only');
      else this.#logger.error('Postgres does not answer');
    }
    this.#state = state;
    this.#probedAt = performance.now();
    return state;
  }
}

/**
 * 0.4 s, but of a loop that turns. Where this process is the one that is late, a single timer would fire before an answer that has long
 * come is read; between two slices the answer gets its turn.
 */
async function timeout(): Promise<'unavailable'> {
  for (let slice = 0; slice < SLICES; slice += 1) await sleep(SLICE_MS);
  return 'unavailable';
}
