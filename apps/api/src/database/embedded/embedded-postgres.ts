import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import pg from 'pg';
import { sessionOf } from '../connection.js';
import { type Cluster, type Credentials, openCluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { ensurePostmaster, type Settings, stopPostmaster } from './postmaster.js';

/**
 * Advisory lock in the cluster's database `postgres`. Every process that uses the cluster holds it shared; the process
 * that stops the cluster takes it exclusively.
 */
const IN_USE = 4_711_001;

const ATTACH_TIMEOUT_MS = 150_000;
const PAUSE_MS = 50;

/** SQLSTATEs of a server that is starting, stopping or recovering: retry. */
const PASSING = new Set(['57P01', '57P02', '57P03', '08006', '53300']);

export interface EmbeddedPostgresOptions {
  /** further settings, for a server that this process starts */
  settings?: Settings;
  /** false: the cluster is temporary and will be deleted */
  durable?: boolean;
}

/**
 * The PostgreSQL that comes with this product, in a directory that processes of one machine may share. Each process
 * holds a shared advisory lock while it lives. A process that leaves tries to take the lock exclusively, and stops the
 * server if it succeeds. A killed process leaves the server running, and the next process attaches to it.
 */
export class EmbeddedPostgres {
  readonly credentials: Credentials;
  private session: pg.Client | undefined;
  private reattaching: Promise<void> | undefined;
  private currentPort = 0;
  private released = false;

  private constructor(
    private readonly cluster: Cluster,
    private readonly settings: Settings,
    private readonly log: Pick<LoggerService, 'warn' | 'error'>,
  ) {
    this.credentials = cluster.credentials;
  }

  /**
   * Creates the cluster if there is none, starts its server if none runs, and takes the shared lock.
   *
   * @throws EmbeddedPostgresError the machine, the user or the directory does not allow it
   */
  static async open(
    directory: string,
    log: Pick<LoggerService, 'warn' | 'error'>,
    { settings = {}, durable = true }: EmbeddedPostgresOptions = {},
  ): Promise<EmbeddedPostgres> {
    const cluster = await openCluster(directory, { durable });
    const postgres = new EmbeddedPostgres(cluster, settings, log);
    await postgres.attach();
    return postgres;
  }

  get port(): number {
    return this.currentPort;
  }

  urlOf(user: string, password: string, database: string): string {
    return `postgresql://${user}:${password}@127.0.0.1:${this.currentPort}/${database}`;
  }

  superuserUrl(database = 'postgres'): string {
    return this.urlOf('postgres', this.credentials.superuser, database);
  }

  /** Gives up the shared lock. The last process to do so stops the server, and returns when the server has ended. */
  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    // If the server is being restarted after a crash, wait, so that it is stopped too.
    await this.reattaching;
    const session = this.session;
    if (session === undefined) return;
    try {
      const {
        rows: [row],
      } = await session.query<{ alone: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS alone FROM pg_advisory_unlock_shared($1)',
        [IN_USE],
      );
      // A process that attaches now waits for the lock, loses its session with the server, and starts the server again.
      if (row?.alone) await stopPostmaster(this.cluster);
    } catch (error) {
      this.log.warn(`the embedded PostgreSQL stopped by itself: ${String(error)}`);
    } finally {
      await session.end().catch(() => undefined);
    }
  }

  private async attach(preferredPort?: number): Promise<void> {
    const deadline = performance.now() + ATTACH_TIMEOUT_MS;
    for (;;) {
      const { port } = await ensurePostmaster(this.cluster, this.settings, preferredPort);
      this.currentPort = port;
      const session = new pg.Client({
        ...sessionOf({ url: this.superuserUrl() }, 'share'),
        keepAlive: true,
        connectionTimeoutMillis: 10_000,
      });
      session.on('error', () => undefined);
      try {
        await session.connect();
        await session.query('SELECT pg_advisory_lock_shared($1)', [IN_USE]);
        await requireWritable(session);
        this.session = session;
        session.once('end', () => {
          this.reattaching = this.reattach();
        });
        return;
      } catch (error) {
        await session.end().catch(() => undefined);
        if (!isPassing(error) || performance.now() > deadline) {
          throw new EmbeddedPostgresError(`cannot log in to the embedded PostgreSQL: ${String(error)}`, {
            cause: error,
          });
        }
        await sleep(PAUSE_MS);
      }
    }
  }

  /**
   * Never rejects. After a crash, the session and its shared lock are gone. The port stays the same, so that the
   * connections of the pool find the server again.
   */
  private async reattach(): Promise<void> {
    if (this.released) return;
    this.log.error('the embedded PostgreSQL stopped; starting it again');
    this.session = undefined;
    const port = this.currentPort;
    try {
      await this.attach(port);
      if (this.currentPort !== port) {
        this.log.error('the embedded PostgreSQL is now on another port; restart this server');
      }
    } catch (error) {
      this.log.error(String(error));
    }
  }
}

/** A server that recovers from an archive answers readers meanwhile. Recovery ends by itself. */
async function requireWritable(session: pg.Client): Promise<void> {
  const { rows } = await session.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
  if (rows[0]?.recovering) throw new Error('it is still recovering');
}

function isPassing(error: unknown): boolean {
  // Any other error means that the connection broke or that Postgres is still recovering.
  return !(error instanceof pg.DatabaseError) || PASSING.has(error.code ?? '');
}
