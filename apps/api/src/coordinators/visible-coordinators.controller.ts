import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import type { VisibleCoordinator } from './coordinator.js';
import { VISIBLE_COORDINATORS } from './coordinator.schema.js';
import { CoordinatorsService } from './coordinators.service.js';
import { VisibleCoordinatorsQuery } from './dto/coordinator.requests.js';

/** Coordinators for every operator, within its reach. */
@Controller('coordinators')
@OperatorAccess('operator-jobs:read')
export class VisibleCoordinatorsController {
  constructor(private readonly coordinators: CoordinatorsService) {}

  @Get()
  @Describe({
    summary: 'Names of coordinators, newest first, deleted ones included',
    details:
      'An operator who is limited to workspaces gets the coordinators that may touch one of them, and with `ids` also those that have acted there.',
    answers: { 200: json(VISIBLE_COORDINATORS) },
  })
  list(
    @CurrentCaller() caller: Caller,
    @Query() query: VisibleCoordinatorsQuery,
  ): Promise<Page<VisibleCoordinator>> {
    return this.coordinators.listVisible(caller, query);
  }
}
