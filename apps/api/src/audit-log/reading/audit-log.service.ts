import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { cursorOf } from '../../common/pagination/page.query.js';
import { InvalidRequestError } from '../../common/problems/invalid-request.error.js';
import type { AuditFilter } from '../audit-filter.js';
import { AuditLogRepository } from './audit-log.repository.js';
import type { AuditLogQuery } from './dto/audit-log.query.js';
import type { AuditPage, ShownRecord } from './shown-record.js';

@Injectable()
export class AuditLogService {
  constructor(private readonly log: AuditLogRepository) {}

  list(caller: Caller, query: AuditLogQuery): Promise<AuditPage> {
    const { limit, cursor: _, ...filter } = query;
    assertSpan(filter);
    return this.log.list(caller, filter, { limit, after: cursorOf(query) });
  }

  find(caller: Caller, id: string): Promise<ShownRecord> {
    return this.log.find(caller, id);
  }
}

/** @throws InvalidRequestError if `from` is not before `to` */
export function assertSpan({ from, to }: Pick<AuditFilter, 'from' | 'to'>): void {
  if (from !== undefined && to !== undefined && from >= to) {
    throw InvalidRequestError.of('from', 'from must lie before to');
  }
}
