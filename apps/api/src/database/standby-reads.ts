import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type pg from 'pg';
import { Counter, Registry } from 'prom-client';
import { RecurringTask } from '../common/recurring-task.js';
import { Prisma } from '../generated/prisma/client.js';
import { DATABASE_CONNECTION, type DatabaseConnection, placeOf } from './connection.js';
import { DatabaseSessions, type Statements } from './database-sessions.js';
import { PrismaService } from './prisma.service.js';
import { differingSettings, SETTINGS_IN_FORCE, type SettingInForce } from './session-settings.js';
import type { Statement } from './shape.js';

const PROBE_EVERY_MS = 1_000;

/** How long a read waits for the standby to catch up, and how often it asks. */
const CATCH_UP_MS = 200;
const ASK_EVERY_MS = 10;

/** Where the log of the primary ends: everything committed until now is before it. */
const END = Prisma.sql`
  SELECT (CASE pg_catalog.current_setting('synchronous_commit')
    -- Then a commit is visible before it is on the disk.
    WHEN 'off' THEN pg_catalog.pg_current_wal_insert_lsn() ELSE pg_catalog.pg_current_wal_flush_lsn() END)::text AS "end"`;

const CLUSTER = Prisma.sql`
  SELECT system_identifier::text AS cluster, pg_catalog.pg_is_in_recovery() AS "isStandby" FROM pg_catalog.pg_control_system()`;

interface Cluster {
  cluster: string;
  isStandby: boolean;
}

/**
 * Runs reads on the standby of `DATABASE_READ_URL`, if there is one. A read runs there only once the standby has replayed
 * everything that the primary had committed when the read began. So the read sees each change that was answered before it,
 * and each right that was withdrawn. If the standby is late or fails, the primary runs the read (docs/adr/0068).
 */
@Injectable()
export class StandbyReads implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('StandbyReads');
  private readonly standby: DatabaseSessions | undefined;
  private readonly reads: Counter<'server'>;
  private readonly probing = new RecurringTask('probing the standby', PROBE_EVERY_MS, () => this.probe());
  private isUsable = false;
  private complaint: string | undefined;

  constructor(
    @Inject(DATABASE_CONNECTION) private readonly connection: DatabaseConnection,
    private readonly primary: PrismaService,
    registry: Registry,
  ) {
    const { readUrl } = connection;
    if (readUrl !== undefined) this.standby = DatabaseSessions.reading({ url: readUrl });
    this.reads = new Counter({
      name: 'standby_reads_total',
      help: 'Reads that may run on the standby of DATABASE_READ_URL, by the server that ran them: standby or primary',
      labelNames: ['server'],
      registers: [registry],
    });
  }

  async onModuleInit(): Promise<void> {
    if (this.standby === undefined) return;
    await Promise.race([this.probing.run(), sleep(PROBE_EVERY_MS, undefined, { ref: false })]);
    this.probing.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.probing.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.standby?.onApplicationShutdown();
  }

  /** @param primary runs the statement if the standby does not */
  async rows<Row extends pg.QueryResultRow>(
    statement: Statement,
    primary: Statements = this.primary,
  ): Promise<Row[]> {
    if (this.standby === undefined) return await primary.rows<Row>(statement);
    if (this.isUsable && (await this.hasCaughtUp(this.standby, primary))) {
      try {
        const rows = await this.standby.rows<Row>(statement);
        this.reads.inc({ server: 'standby' });
        return rows;
      } catch (error) {
        // Also a read that the standby cancels, because it conflicts with what is to be replayed.
        this.know(`a read failed: ${messageOf(error)}`);
      }
    }
    this.reads.inc({ server: 'primary' });
    return await primary.rows<Row>(statement);
  }

  private async hasCaughtUp(standby: Statements, primary: Statements): Promise<boolean> {
    const [position] = await primary.rows<{ end: string }>(END);
    const until = performance.now() + CATCH_UP_MS;
    const asked = async (): Promise<boolean> => {
      while (performance.now() < until) {
        const [reached] = await standby.rows<{ yes: boolean | null }>(
          Prisma.sql`SELECT pg_catalog.pg_last_wal_replay_lsn() >= ${position?.end}::pg_lsn AS yes`,
        );
        if (reached?.yes === true) return true;
        await sleep(ASK_EVERY_MS);
      }
      return false;
    };
    try {
      const answer = await Promise.race([asked(), sleep(2 * CATCH_UP_MS, undefined, { ref: false })]);
      if (answer === undefined) this.know('it does not answer');
      return answer === true;
    } catch (error) {
      this.know(messageOf(error));
      return false;
    }
  }

  private async probe(): Promise<void> {
    const { standby } = this;
    if (standby === undefined) return;
    try {
      this.know(await this.problemOf(standby));
    } catch (error) {
      this.know(messageOf(error));
    }
  }

  /** Why it cannot be used; undefined if it can. */
  private async problemOf(standby: Statements): Promise<string | undefined> {
    const [there, here, settings] = await Promise.all([
      standby.rows<Cluster>(CLUSTER),
      this.primary.rows<Cluster>(CLUSTER),
      standby.rows<SettingInForce>(SETTINGS_IN_FORCE),
    ]);
    if (there[0]?.cluster !== here[0]?.cluster) return 'it is not a standby of the server of DATABASE_URL';
    if (there[0]?.isStandby !== true) return 'it is not a standby';
    const differing = differingSettings(settings);
    return differing === ''
      ? undefined
      : `its sessions do not have the settings that the server asks for (${differing})`;
  }

  /** Logs each problem once, and once when it is over. */
  private know(complaint: string | undefined): void {
    this.isUsable = complaint === undefined;
    if (complaint === this.complaint) return;
    const place = placeOf(this.connection.readUrl ?? '');
    if (complaint === undefined) this.logger.log(`${place} serves reads of the audit log again`);
    else
      this.logger.warn(
        `${place} cannot serve reads of the audit log, so the primary serves them: ${complaint}`,
      );
    this.complaint = complaint;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
