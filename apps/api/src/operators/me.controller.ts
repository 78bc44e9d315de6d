import { Controller, Get } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json } from '../common/openapi/describe.js';
import type { OperatorSelf } from './operator.js';
import { OPERATOR_SELF } from './operator.schema.js';
import { OperatorAccess } from './operator-access.decorator.js';
import { OperatorsService } from './operators.service.js';

@Controller('me')
@OperatorAccess()
export class MeController {
  constructor(private readonly operators: OperatorsService) {}

  @Get()
  @Describe({ summary: 'The operator that asks, and what it may do', answers: { 200: json(OPERATOR_SELF) } })
  find(@CurrentCaller() caller: Caller): Promise<OperatorSelf> {
    return this.operators.findSelf(caller);
  }
}
