import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json } from '../../common/openapi/describe.js';
import type { Page } from '../../common/pagination/page.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import { NumberParam } from '../../common/validation/number-param.js';
import { UuidParam } from '../../common/validation/uuid-param.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import {
  CHECKPOINT,
  CHECKPOINT_KEY,
  CHECKPOINTS,
  CONSISTENCY_PROOF,
  INCLUSION_PROOF,
  INCLUSION_PROOFS,
} from './checkpoint.schema.js';
import type {
  CheckpointKey,
  ConsistencyProof,
  InclusionProof,
  InclusionProofs,
  SealedCheckpoint,
} from './checkpoint-record.js';
import { CheckpointsService } from './checkpoints.service.js';
import { ConsistencyQuery } from './dto/consistency.query.js';
import { ProofsQuery } from './dto/proofs.query.js';

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

  @Get('checkpoint-key')
  @Describe({
    summary: 'The key that signs checkpoints now',
    details:
      'Compare it with the key that you have pinned. A key that you know only from this server proves nothing about this server.',
    answers: { 200: json(CHECKPOINT_KEY) },
    problems: ['not-found'],
  })
  findKey(@CurrentCaller() caller: Caller): Promise<CheckpointKey> {
    return this.checkpoints.findKey(caller);
  }

  @Get('proofs')
  @Describe({
    summary: 'Proofs that the last checkpoint covers up to 100 records',
    details: 'All proofs are for one checkpoint. A record without a proof has a `code` instead.',
    answers: { 200: json(INCLUSION_PROOFS) },
  })
  proveAll(@CurrentCaller() caller: Caller, @Query() { ids }: ProofsQuery): Promise<InclusionProofs> {
    return this.checkpoints.proveAll(caller, ids);
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
