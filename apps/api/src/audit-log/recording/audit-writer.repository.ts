import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { RefusalRecord } from './refusal-window.js';

/** A read of jobs: of one job, or of a list over one workspace or over the caller's workspace scope (`null`). */
export type JobRead =
  | { action: 'job.read'; jobId: string; workspaceId: string }
  | { action: 'jobs.listed'; workspaceId: string | null };

/** The records that the API may write itself, each through one database function with fixed actions. */
@Injectable()
export class AuditWriter {
  constructor(private readonly prisma: PrismaService) {}

  /** Atomic: records all refusals or none. */
  async recordRefusals(refusals: readonly RefusalRecord[]): Promise<void> {
    await this.prisma.$executeRaw`
      SELECT public.audit_record_refusal(
        "actorType", "actorId", "actorName", "keyId", action, reason, "workspaceId", "resourceType", "resourceId", route, "requestId",
        "sourceIp", "userAgent", occurrences)
      FROM jsonb_to_recordset(${JSON.stringify(refusals)}::jsonb) AS refusal (
        "actorType" text, "actorId" uuid, "actorName" text, "keyId" uuid, action text, reason text, "workspaceId" uuid,
        "resourceType" text, "resourceId" uuid, route text, "requestId" text, "sourceIp" inet, "userAgent" text, occurrences integer)`;
  }

  async recordRead(caller: Caller, read: JobRead): Promise<void> {
    await this.prisma.$executeRaw`
      SELECT public.audit_record_read(
        ${caller.kind === 'coordinator' ? 'COORDINATOR' : 'OPERATOR'}, ${caller.id}::uuid, ${caller.name},
        ${caller.keyId}::uuid, ${read.action}, ${read.workspaceId}::uuid, ${read.action === 'job.read' ? read.jobId : null}::uuid,
        ${caller.requestId}, ${caller.sourceAddress}::inet, ${caller.userAgent})`;
  }
}
