import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { RecurringTask } from '../../common/recurring-task.js';
import { PartitionsRepository } from './partitions.repository.js';

const EVERY_MS = 3_600_000;

/**
 * Creates the log's partitions in advance. Without the partition of the current month no change could be recorded, so
 * none could be made. If the creation fails, there are three months to notice it. It also drops partitions whose
 * retention has ended. If that fails, because a session reads the partition or it is not sealed, it retries an hour
 * later.
 */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('PartitionKeeper');
  private readonly ready: Gauge;
  private readonly retained: Gauge;
  private readonly making = new RecurringTask('making partitions of the audit log', EVERY_MS, () =>
    this.ensure(),
  );
  private readonly retention = new RecurringTask('retention of the audit log', EVERY_MS, () => this.retain());
  private stopping = false;

  constructor(
    private readonly partitions: PartitionsRepository,
    registry: Registry,
  ) {
    this.ready = new Gauge({
      name: 'audit_partitions_ready',
      help: '1 while the coming months of the audit log have their partitions, 0 if making them failed last time',
      registers: [registry],
    });
    this.retained = new Gauge({
      name: 'audit_retention_ready',
      help: '1 while all months that are over by AUDIT_RETENTION_MONTHS are dropped, 0 if dropping one failed last time',
      registers: [registry],
    });
  }

  /** The start waits for the creation of partitions, but not for retention, which may have many records to count. */
  async onApplicationBootstrap(): Promise<void> {
    await this.making.run();
    void this.retention.run();
    this.making.start();
    this.retention.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await Promise.all([this.making.stop(), this.retention.stop()]);
  }

  /** Never rejects. */
  async keep(): Promise<void> {
    await this.making.run();
    await this.retention.run();
  }

  private async ensure(): Promise<void> {
    try {
      const made = await this.partitions.ensure();
      if (made > 0) this.logger.log(`created ${made} partition(s) of the audit log`);
      this.ready.set(1);
    } catch (error) {
      this.ready.set(0);
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error(
        `cannot create the next partitions of the audit log: ${reason}. Without them, every change is refused from the start of ` +
          'their month. The next try is in an hour',
      );
    }
  }

  private async retain(): Promise<void> {
    try {
      for (let month: string | undefined = ''; month !== undefined && !this.stopping; ) {
        while (!this.stopping && (await this.partitions.count()));
        if (this.stopping) return;
        month = await this.partitions.drop();
        if (month !== undefined) {
          this.logger.log(`dropped ${month} of the audit log: it is older than AUDIT_RETENTION_MONTHS`);
        }
      }
      this.retained.set(1);
    } catch (error) {
      this.retained.set(0);
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error(
        `cannot drop the oldest month of the audit log: ${reason}. The next try is in an hour`,
      );
    }
  }
}
