import { Inject, Injectable } from '@nestjs/common';
import { MAINTENANCE_DATABASE, type Statements } from '../../database/database-sessions.js';
import { Prisma } from '../../generated/prisma/client.js';

/** The months of the log. Each month is a partition. */
@Injectable()
export class PartitionsRepository {
  constructor(@Inject(MAINTENANCE_DATABASE) private readonly database: Statements) {}

  /**
   * Creates the missing partitions of this month and the next three.
   *
   * @returns how many partitions it created
   */
  async ensure(): Promise<number> {
    const [row] = await this.database.rows<{ made: number }>(
      Prisma.sql`SELECT public.audit_log_ensure_partitions() AS made`,
    );
    return row?.made ?? 0;
  }

  /**
   * Counts a part of the oldest month whose retention has ended. A month is dropped only when all its records are
   * counted and found sealed.
   *
   * @returns whether there is more to count
   */
  async count(): Promise<boolean> {
    const [row] = await this.database.rows<{ more: boolean }>(
      Prisma.sql`SELECT public.audit_retain_count() AS more`,
    );
    return row?.more === true;
  }

  /**
   * Drops the oldest month whose retention has ended, if it is counted.
   *
   * @returns the month as YYYY-MM; undefined if there is none
   */
  async drop(): Promise<string | undefined> {
    const [row] = await this.database.rows<{ month: string | null }>(
      Prisma.sql`SELECT public.audit_retain() AS month`,
    );
    return row?.month ?? undefined;
  }
}
