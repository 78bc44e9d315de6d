import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json } from '../../common/openapi/describe.js';
import { UuidParam } from '../../common/validation/uuid-param.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { AuditLogService } from './audit-log.service.js';
import { AUDIT_RECORD, AUDIT_RECORDS } from './audit-record.schema.js';
import { AuditLogQuery } from './dto/audit-log.query.js';
import type { AuditPage, ShownRecord } from './shown-record.js';

@Controller('audit-log')
@OperatorAccess('audit:read')
export class AuditLogController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  @Describe({
    summary: 'Records of the audit log, newest first',
    details:
      'A page may be short and still have a `nextCursor`, because the number of records scanned for one page is limited. `scannedTo` says how far the search has come.',
    answers: { 200: json(AUDIT_RECORDS) },
    problems: ['workspace-forbidden'],
  })
  list(@CurrentCaller() caller: Caller, @Query() query: AuditLogQuery): Promise<AuditPage> {
    return this.log.list(caller, query);
  }

  @Get(':id')
  @Describe({ summary: 'One record', answers: { 200: json(AUDIT_RECORD) } })
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<ShownRecord> {
    return this.log.find(caller, id);
  }
}
