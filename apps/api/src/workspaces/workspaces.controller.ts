import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { CreateWorkspaceRequest, UpdateWorkspaceRequest } from './dto/workspace.requests.js';
import type { Workspace } from './workspace.js';
import { WorkspacesService } from './workspaces.service.js';

@ApiTags('admin')
@Controller('admin/workspaces')
@OperatorAccess('system:admin')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Post()
  create(@CurrentCaller() caller: Caller, @Body() body: CreateWorkspaceRequest): Promise<Workspace> {
    return this.workspaces.create(caller, body);
  }

  @Get()
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<Workspace>> {
    return this.workspaces.list(caller, query);
  }

  @Get(':id')
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<Workspace> {
    return this.workspaces.find(caller, id);
  }

  @Patch(':id')
  change(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: UpdateWorkspaceRequest,
  ): Promise<Workspace> {
    return this.workspaces.change(caller, id, body);
  }
}
