import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { BodyLimit } from '../common/http/body-limit.js';
import { Describe, json } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { CreateWorkspaceRequest, UpdateWorkspaceRequest, WorkspacesQuery } from './dto/workspace.requests.js';
import type { Workspace } from './workspace.js';
import { WORKSPACE, WORKSPACES } from './workspace.schema.js';
import { WorkspacesService } from './workspaces.service.js';

@Controller('admin/workspaces')
@OperatorAccess('system:admin')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Post()
  @BodyLimit(256)
  @Describe({
    summary: 'Registers a workspace, and the repositories that belong to it',
    answers: { 201: json(WORKSPACE, 'Location') },
    problems: ['already-exists'],
  })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateWorkspaceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Workspace> {
    const workspace = await this.workspaces.create(caller, body);
    void reply.header('Location', `/admin/workspaces/${workspace.id}`);
    return workspace;
  }

  @Get()
  @Describe({ summary: 'Workspaces, newest first', answers: { 200: json(WORKSPACES) } })
  list(@CurrentCaller() caller: Caller, @Query() query: WorkspacesQuery): Promise<Page<Workspace>> {
    return this.workspaces.list(caller, query);
  }

  @Get(':id')
  @Describe({ summary: 'One workspace', answers: { 200: json(WORKSPACE) } })
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<Workspace> {
    return this.workspaces.find(caller, id);
  }

  @Patch(':id')
  @BodyLimit(256)
  @Describe({
    summary: 'Changes slug, name, repositories or triggers',
    details:
      '`repositories` replaces the whole set. Of `triggers`, only the given members change; null resets a member to its default.',
    answers: { 200: json(WORKSPACE) },
    problems: ['already-exists'],
  })
  change(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: UpdateWorkspaceRequest,
  ): Promise<Workspace> {
    return this.workspaces.change(caller, id, body);
  }
}
