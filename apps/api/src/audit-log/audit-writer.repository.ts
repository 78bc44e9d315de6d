import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import type { RefusalRecord } from './refusal-window.js';

/** A read of jobs: of one, or of a list over one workspace or all that the caller may see (`null`). */
export type JobRead =
  | { action: 'job.read'; jobId: string; workspaceId: string }
  | { action: 'jobs.listed'; workspaceId: string | null };

/** What the API may cause in the log, each through one function of the database with fixed actions. */
@Injectable()
export class AuditWriter {
  constructor(private readonly prisma: PrismaService) {}

  /** All of them or, if one cannot be, none. */
  async recordRefusals(refusals: readonly RefusalRecord[]): Promise<void> {
    await this.prisma.$executeRaw`
      SELECT public.audit_record_refusal(
        "actorType", "actorId", "actorName", "keyId", action, reason, "workspaceId", "resourceType", "resourceId", "requestId",
        "sourceIp", "userAgent", occurrences)
      FROM jsonb_to_recordset(${JSON.stringify(refusals)}::jsonb) AS refusal (
        "actorType" text, "actorId" uuid, "actorName" text, "keyId" uuid, action text, reason text, "workspaceId" uuid,
        "resourceType" text, "resourceId" uuid, "requestId" text, "sourceIp" inet, "userAgent" text, occurrences integer)`;
  }

  async recordRead(caller: Caller, read: JobRead): Promise<void> {
    await this.prisma.$executeRaw`
      SELECT public.audit_record_read(
        ${caller.kind === 'coordinator' ? 'COORDINATOR' : 'OPERATOR'}, ${caller.id}::uuid, ${caller.name},
        ${caller.keyId}::uuid, ${read.action}, ${read.workspaceId}::uuid, ${read.action === 'job.read' ? read.jobId : null}::uuid,
        ${caller.requestId}, ${caller.sourceAddress}::inet, ${caller.userAgent})`;
  }

  /** Makes the partitions of this month and the next three, where they are missing; returns how many it made. */
  async ensurePartitions(): Promise<number> {
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

  /**
   * Deletes the source addresses and user agents of one actor; with them it loses what they are proven by.
   *
   * @returns of how many records; undefined where there is no such actor
   * @throws DomainError the refusals of the guard
   */
  async erase(caller: Caller, actorId: string): Promise<number | undefined> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null; erased: bigint | null }[]>`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, CASE WHEN ctx.ready THEN public.audit_erase(${actorId}::uuid) END AS erased
      FROM caller LEFT JOIN ctx ON true`;
    assertAllowed(row);
    return row.erased === null ? undefined : Number(row.erased);
  }
}
