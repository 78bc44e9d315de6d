import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../database/prisma.service.js';

/** The months of the log, each a partition. */
@Injectable()
export class PartitionsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Makes the partitions of this month and the next three, where they are missing; returns how many it made. */
  async ensure(): Promise<number> {
    const [row] = await this.prisma.$queryRaw<{ made: number }[]>`
      SELECT public.audit_log_ensure_partitions() AS made`;
    return row?.made ?? 0;
  }

  /** Drops the oldest month that retention has done with, and answers it as YYYY-MM; undefined where there is none. */
  async retain(): Promise<string | undefined> {
    const [row] = await this.prisma.$queryRaw<
      { month: string | null }[]
    >`SELECT public.audit_retain() AS month`;
    return row?.month ?? undefined;
  }
}
