import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { RecurringTask } from '../common/recurring-task.js';
import { DATABASE_CONNECTION, type DatabaseConnection, sessionOf } from './connection.js';

const EVERY_MS = 1_000;
const FRESH_MS = 250;
/** Timeout of a probe, counted in slices; see `timeout`. */
const SLICES = 8;
const SLICE_MS = 50;
/** After this time the probe drops the connection, and the next probe opens another. */
const GIVE_UP_MS = 2_000;

/** `read-only`: Postgres answers but takes no changes, for example on a standby. */
export const DATABASE_STATES = ['ok', 'read-only', 'unavailable'] as const;
export type DatabaseState = (typeof DATABASE_STATES)[number];

/**
 * Knows whether Postgres answers and takes changes. It asks once a second, over its own connection, so load on the
 * request pool cannot block it. A broken connection counts at once.
 */
@Injectable()
export class DatabaseProbe implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('DatabaseProbe');
  private readonly pool: pg.Pool;
  private lastState: DatabaseState = 'unavailable';
  private probedAt = Number.NEGATIVE_INFINITY;
  private underWay: Promise<DatabaseState> | undefined;
  /** the answer to the one open query; never rejects */
  private answer: Promise<DatabaseState> | undefined;
  private readonly probing = new RecurringTask('probing Postgres', EVERY_MS, () => this.probe());

  constructor(@Inject(DATABASE_CONNECTION) { url }: DatabaseConnection) {
    this.pool = new pg.Pool({
      ...sessionOf({ url }, 'probe'),
      max: 1,
      connectionTimeoutMillis: GIVE_UP_MS,
      query_timeout: GIVE_UP_MS,
      idleTimeoutMillis: 0,
      // The probe must not keep a process alive.
      allowExitOnIdle: true,
    });
    this.pool.on('error', () => this.know('unavailable'));
  }

  async onModuleInit(): Promise<void> {
    await this.probe();
    this.probing.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.probing.stop();
    await this.pool.end();
  }

  /** The state at the last probe. */
  get state(): DatabaseState {
    return this.lastState;
  }

  /** The state now, or at most a quarter of a second ago. Takes less than half a second, whatever Postgres does. */
  async current(): Promise<DatabaseState> {
    return performance.now() - this.probedAt < FRESH_MS ? this.lastState : this.probe();
  }

  /** Never rejects. Calls during a probe share that probe. */
  probe(): Promise<DatabaseState> {
    this.underWay ??= this.ask().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async ask(): Promise<DatabaseState> {
    this.answer ??= this.answers().finally(() => {
      this.answer = undefined;
    });
    return this.know(await Promise.race([this.answer, timeout()]));
  }

  private async answers(): Promise<DatabaseState> {
    try {
      // 'on' for a standby, and if the server, the database or the login has this setting. This session has the same
      // settings as all others.
      const { rows } = await this.pool.query<{ read_only: boolean }>(
        "SELECT pg_catalog.current_setting('transaction_read_only') = 'on' AS read_only",
      );
      return rows[0]?.read_only === false ? 'ok' : 'read-only';
    } catch {
      return 'unavailable';
    }
  }

  private know(state: DatabaseState): DatabaseState {
    if (state !== this.lastState && this.probedAt > 0) {
      if (state === 'ok') this.logger.log('Postgres answers again and accepts changes');
      else if (state === 'read-only')
        this.logger.error('Postgres answers, but accepts no changes: it is read-only');
      else this.logger.error('Postgres does not answer');
    }
    this.lastState = state;
    this.probedAt = performance.now();
    return state;
  }
}

/**
 * Waits 0.4 s in slices, so that the event loop runs in between. If this process is the one that is late, a single
 * timer would fire before an answer that has already arrived is read. Between two slices the answer can be read.
 */
async function timeout(): Promise<'unavailable'> {
  for (let slice = 0; slice < SLICES; slice += 1) await sleep(SLICE_MS);
  return 'unavailable';
}
