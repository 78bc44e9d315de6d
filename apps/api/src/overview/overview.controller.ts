import { Controller, Get } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json } from '../common/openapi/describe.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import type { Overview } from './overview.js';
import { OVERVIEW } from './overview.schema.js';
import { OverviewService } from './overview.service.js';

@Controller('overview')
@OperatorAccess('operator-jobs:read')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Describe({
    summary: 'What needs a person, and the state of the server',
    details:
      'Lines about keys are for an ADMIN. Lines about refusals and limits, and `requests`, are for operators who see all workspaces.',
    answers: { 200: json(OVERVIEW) },
  })
  find(@CurrentCaller() caller: Caller): Promise<Overview> {
    return this.overview.find(caller);
  }
}
