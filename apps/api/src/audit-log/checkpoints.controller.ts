import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import type { InclusionProof, SealedCheckpoint } from './checkpoint-record.js';
import { CheckpointsService } from './checkpoints.service.js';

@ApiTags('audit-log')
@Controller('audit-log')
@OperatorAccess('audit:read')
export class CheckpointsController {
  constructor(private readonly checkpoints: CheckpointsService) {}

  @Get('checkpoints')
  @ApiOperation({ summary: 'The signed checkpoints of the log, newest first' })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<SealedCheckpoint>> {
    return this.checkpoints.list(caller, query);
  }

  @Get('checkpoints/latest')
  @ApiOperation({ summary: 'The last checkpoint' })
  latest(@CurrentCaller() caller: Caller): Promise<SealedCheckpoint> {
    return this.checkpoints.latest(caller);
  }

  @Get(':id/proof')
  @ApiOperation({ summary: 'That one record is in the tree of the last checkpoint' })
  prove(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<InclusionProof> {
    return this.checkpoints.prove(caller, id);
  }
}
