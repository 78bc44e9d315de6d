import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json } from '../../common/openapi/describe.js';
import type { Page } from '../../common/pagination/page.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import { NumberParam } from '../../common/validation/number-param.js';
import { UuidParam } from '../../common/validation/uuid-param.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { CHECKPOINT, CHECKPOINTS, CONSISTENCY_PROOF, INCLUSION_PROOF } from './checkpoint.schema.js';
import type { ConsistencyProof, InclusionProof, SealedCheckpoint } from './checkpoint-record.js';
import { CheckpointsService } from './checkpoints.service.js';
import { ConsistencyQuery } from './dto/consistency.query.js';

@Controller('audit-log')
@OperatorAccess('audit:read')
export class CheckpointsController {
  constructor(private readonly checkpoints: CheckpointsService) {}

  @Get('checkpoints')
  @Describe({
    summary: 'The signed checkpoints of the log, newest first',
    answers: { 200: json(CHECKPOINTS) },
  })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<SealedCheckpoint>> {
    return this.checkpoints.list(caller, query);
  }

  @Get('checkpoints/latest')
  @Describe({
    summary: 'The last checkpoint',
    answers: { 200: json(CHECKPOINT) },
    problems: ['not-found'],
  })
  latest(@CurrentCaller() caller: Caller): Promise<SealedCheckpoint> {
    return this.checkpoints.latest(caller);
  }

  @Get('checkpoints/:seq/consistency')
  @Describe({
    summary: 'That the log of one checkpoint begins with the log of an earlier one',
    answers: { 200: json(CONSISTENCY_PROOF) },
    problems: ['not-found'],
  })
  proveConsistency(
    @CurrentCaller() caller: Caller,
    @NumberParam('seq', { description: 'the number of the later checkpoint', examples: [17] }) seq: number,
    @Query() { from }: ConsistencyQuery,
  ): Promise<ConsistencyProof> {
    return this.checkpoints.proveConsistency(caller, from, seq);
  }

  @Get(':id/proof')
  @Describe({
    summary: 'Proof that the last checkpoint covers a record',
    answers: { 200: json(INCLUSION_PROOF) },
    problems: ['record-unsealed'],
  })
  prove(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<InclusionProof> {
    return this.checkpoints.prove(caller, id);
  }
}
