import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { PrismaService } from '../../database/prisma.service.js';
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
}
