import { Controller, Get, Query } from '@nestjs/common';
import type { AuditRecord } from '../../audit-proof/audit-record.js';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json } from '../../common/openapi/describe.js';
import type { Page } from '../../common/pagination/page.js';
import { UuidParam } from '../../common/validation/uuid-param.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { AuditLogService } from './audit-log.service.js';
import { AUDIT_RECORD, AUDIT_RECORDS } from './audit-record.schema.js';
import { AuditLogQuery } from './dto/audit-log.query.js';

@Controller('audit-log')
@OperatorAccess('audit:read')
export class AuditLogController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  @Describe({
    summary: 'Records of the audit log, newest first',
    details:
      'A page may be short and still have a `nextCursor`, because the number of records scanned for one page is limited.',
    answers: { 200: json(AUDIT_RECORDS) },
    problems: ['workspace-forbidden'],
  })
  list(@CurrentCaller() caller: Caller, @Query() query: AuditLogQuery): Promise<Page<AuditRecord>> {
    return this.log.list(caller, query);
  }

  @Get(':id')
  @Describe({ summary: 'One record', answers: { 200: json(AUDIT_RECORD) } })
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<AuditRecord> {
    return this.log.find(caller, id);
  }
}
