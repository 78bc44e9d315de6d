import { Injectable } from '@nestjs/common';
import type { AuditChange } from '../../audit-proof/audit-record.js';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
import { encodeCursor } from '../../common/pagination/cursor.js';
import { assertAllowed } from '../../database/audited-statement.js';
import { StandbyReads } from '../../database/standby-reads.js';
import type { AuditFilter } from '../audit-filter.js';
import { AuditRecordNotFoundError } from '../audit-log.errors.js';
import { membersOf, type RecordRow } from '../record-row.js';
import { type PageRequest, pageStatement, recordStatement } from './audit-log.statement.js';
import { pageWithin } from './scanned-page.js';
import type { AuditPage, ShownRecord } from './shown-record.js';

interface AuditRow extends RecordRow {
  changes: Record<string, AuditChange>;
  source_ip: string | null;
  user_agent: string | null;
  kid: string | null;
}

type Answer = Partial<AuditRow> & { refusal: string | null };
type PageRow = Answer & { forbidden: boolean; fits: boolean | null; horizon: boolean | null };

/** Reads the log for operators. The statement itself checks permissions and workspace scope. */
@Injectable()
export class AuditLogRepository {
  constructor(private readonly database: StandbyReads) {}

  /**
   * Newest first. If a page had to read too many records to find matches, it is short or empty, but still has a cursor.
   *
   * @throws DomainError `workspace-forbidden` for a workspace outside the caller's workspace scope, and the guard's
   *   refusals
   */
  async list(caller: Caller, filter: AuditFilter, page: PageRequest): Promise<AuditPage> {
    const rows = await this.database.rows<PageRow>(pageStatement(caller, filter, page));
    const [first] = rows;
    assertAllowed(first);
    if (first.forbidden && filter.workspaceId !== undefined) {
      throw accessRefused('workspace-forbidden', {
        workspaceId: filter.workspaceId,
        resourceType: 'audit-log',
      });
    }
    const { shown, next } = pageWithin(rows.filter(isRow<PageRow>), page.limit);
    return {
      items: shown.map(toRecord),
      nextCursor: next === undefined ? null : encodeCursor(next),
      scannedTo: next !== undefined && shown.length < page.limit ? next.t : null,
    };
  }

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async find(caller: Caller, id: string): Promise<ShownRecord> {
    const [row] = await this.database.rows<Answer & { foreign_workspace_id: string | null }>(
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

function toRecord(row: AuditRow): ShownRecord {
  return {
    ...membersOf(row),
    kid: row.kid,
    changes: row.changes,
    sourceIp: row.source_ip,
    userAgent: row.user_agent,
  };
}
