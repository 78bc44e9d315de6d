import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import type { Page } from '../common/pagination/page.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { AuditLogService } from './audit-log.service.js';
import type { AuditRecord } from './audit-record.js';
import { AuditLogQuery } from './dto/audit-log.query.js';

@ApiTags('audit-log')
@Controller('audit-log')
@OperatorAccess('audit:read')
export class AuditLogController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  @ApiOperation({ summary: 'What happened, newest first' })
  list(@CurrentCaller() caller: Caller, @Query() query: AuditLogQuery): Promise<Page<AuditRecord>> {
    return this.log.list(caller, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One record' })
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<AuditRecord> {
    return this.log.find(caller, id);
  }
}
