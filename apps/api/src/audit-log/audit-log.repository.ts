import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { encodeCursor } from '../common/pagination/cursor.js';
import type { Page } from '../common/pagination/page.js';
import { assertAllowed } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { AuditRecordNotFoundError } from './audit-log.errors.js';
import { type PageRequest, pageStatement, recordStatement } from './audit-log.statement.js';
import type { AuditActorType, AuditChange, AuditFilter, AuditOutcome, AuditRecord } from './audit-record.js';
import { pageWithin } from './scanned-page.js';

interface AuditRow {
  id: string;
  occurred_at: Date;
  actor_type: AuditActorType;
  actor_id: string | null;
  actor_name: string | null;
  key_id: string | null;
  action: string;
  outcome: AuditOutcome;
  reason: string | null;
  workspace_id: string | null;
  resource_type: string | null;
  resource_id: string | null;
  rev: number | null;
  changes: Record<string, AuditChange>;
  request_id: string | null;
  source_ip: string | null;
  user_agent: string | null;
  occurrences: number;
}

type Answer = Partial<AuditRow> & { refusal: string | null };
type PageRow = Answer & { forbidden: boolean; fits: boolean | null; horizon: boolean | null };

/** The log as operators read it. Rights, and the workspaces that an operator is limited to, are part of the statement. */
@Injectable()
export class AuditLogRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Newest first. A page that had to look through too much for what fits is short, or empty, and carries a cursor all the same.
   *
   * @throws DomainError `workspace-forbidden` for a workspace out of the caller's reach, and the refusals of the guard
   */
  async list(caller: Caller, filter: AuditFilter, page: PageRequest): Promise<Page<AuditRecord>> {
    const rows = await this.prisma.$queryRaw<PageRow[]>(pageStatement(caller, filter, page));
    const [first] = rows;
    assertAllowed(first);
    if (first.forbidden && filter.workspaceId !== undefined) {
      throw accessRefused('workspace-forbidden', {
        workspaceId: filter.workspaceId,
        resourceType: 'audit-log',
      });
    }
    const { shown, next } = pageWithin(rows.filter(isRow<PageRow>), page.limit);
    return { items: shown.map(toRecord), nextCursor: next === undefined ? null : encodeCursor(next) };
  }

  /** @throws DomainError `not-found`, and the refusals of the guard */
  async find(caller: Caller, id: string): Promise<AuditRecord> {
    const [row] = await this.prisma.$queryRaw<(Answer & { foreign_workspace_id: string | null })[]>(
      recordStatement(caller, id),
    );
    assertAllowed(row);
    if (!isRow(row)) throw new AuditRecordNotFoundError(id, row.foreign_workspace_id);
    return toRecord(row);
  }
}

function isRow<Row extends Partial<AuditRow>>(row: Row): row is Row & AuditRow {
  return typeof row.id === 'string';
}

function toRecord(row: AuditRow): AuditRecord {
  return {
    id: row.id,
    occurredAt: row.occurred_at.toISOString(),
    actorType: row.actor_type,
    actorId: row.actor_id,
    actorName: row.actor_name,
    keyId: row.key_id,
    action: row.action,
    outcome: row.outcome,
    reason: row.reason,
    workspaceId: row.workspace_id,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    rev: row.rev,
    changes: row.changes,
    requestId: row.request_id,
    sourceIp: row.source_ip,
    userAgent: row.user_agent,
    occurrences: row.occurrences,
  };
}
