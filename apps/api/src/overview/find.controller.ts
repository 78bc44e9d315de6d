import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json } from '../common/openapi/describe.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { FindQuery } from './dto/find.query.js';
import { FindService } from './find.service.js';
import type { FoundItems } from './found.js';
import { FOUND_ITEMS } from './found.schema.js';

@Controller('find')
@OperatorAccess('operator-jobs:read')
export class FindController {
  constructor(private readonly found: FindService) {}

  @Get()
  @Describe({
    summary: 'What a text leads to',
    details:
      'Jobs, coordinators, workspaces and records within the reach of the operator; keys and operators for an ADMIN. A text with a whole key is refused.',
    answers: { 200: json(FOUND_ITEMS) },
  })
  find(@CurrentCaller() caller: Caller, @Query() { q }: FindQuery): Promise<FoundItems> {
    return this.found.find(caller, q);
  }
}
