import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { VisibleWorkspacesQuery } from './dto/workspace.requests.js';
import type { VisibleWorkspace } from './workspace.js';
import { VISIBLE_WORKSPACES } from './workspace.schema.js';
import { WorkspacesService } from './workspaces.service.js';

/** Workspaces for every operator, within its reach. */
@Controller('workspaces')
@OperatorAccess('operator-jobs:read')
export class VisibleWorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Get()
  @Describe({
    summary: "Names and job counts of the operator's workspaces, newest first",
    answers: { 200: json(VISIBLE_WORKSPACES) },
  })
  list(
    @CurrentCaller() caller: Caller,
    @Query() query: VisibleWorkspacesQuery,
  ): Promise<Page<VisibleWorkspace>> {
    return this.workspaces.listVisible(caller, query);
  }
}
