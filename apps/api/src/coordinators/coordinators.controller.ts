import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { BodyLimit } from '../common/http/body-limit.js';
import { Describe, json, nothing } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import type { Coordinator, ListedCoordinator } from './coordinator.js';
import { COORDINATOR, COORDINATORS, REGISTERED_COORDINATOR } from './coordinator.schema.js';
import type { IssuedKey } from './coordinator-key.js';
import { CoordinatorsService } from './coordinators.service.js';
import {
  CoordinatorsQuery,
  DeleteCoordinatorQuery,
  RegisterCoordinatorRequest,
  UpdateCoordinatorRequest,
} from './dto/coordinator.requests.js';

@Controller('admin/coordinators')
@OperatorAccess('system:admin')
export class CoordinatorsController {
  constructor(private readonly coordinators: CoordinatorsService) {}

  @Post()
  @BodyLimit(64)
  @Describe({
    summary: 'Registers a coordinator and issues its first key',
    answers: { 201: json(REGISTERED_COORDINATOR, 'Location') },
    problems: ['already-exists'],
  })
  async register(
    @CurrentCaller() caller: Caller,
    @Body() body: RegisterCoordinatorRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ coordinator: Coordinator } & IssuedKey> {
    const registered = await this.coordinators.register(caller, body);
    void reply.header('Location', `/admin/coordinators/${registered.coordinator.id}`);
    return registered;
  }

  @Get()
  @Describe({ summary: 'Coordinators, newest first', answers: { 200: json(COORDINATORS) } })
  list(@CurrentCaller() caller: Caller, @Query() query: CoordinatorsQuery): Promise<Page<ListedCoordinator>> {
    return this.coordinators.list(caller, query);
  }

  @Get(':id')
  @Describe({ summary: 'One coordinator', answers: { 200: json(COORDINATOR) } })
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<Coordinator> {
    return this.coordinators.find(caller, id);
  }

  @Patch(':id')
  @BodyLimit(64)
  @Describe({
    summary: 'Changes name, status, workspaces, permissions, rate limit or networks',
    details:
      'A given set replaces the whole set. From the answer on, the coordinator cannot use a removed permission, workspace or network. With `status` SUSPENDED, `runs` says what ' +
      'happens to its RUNNING jobs: they stay RUNNING (`leave`), return to PENDING (`requeue`), or are cancelled (`cancel`).',
    answers: { 200: json(COORDINATOR) },
    problems: ['already-exists'],
  })
  change(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: UpdateCoordinatorRequest,
  ): Promise<Coordinator> {
    return this.coordinators.change(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    summary: 'Deletes a coordinator and revokes all its keys',
    details:
      'Its keys are refused from the answer on. Its records stay in the audit log. Its RUNNING jobs return to PENDING, or become FAILED if ' +
      'no attempt remains. With `runs` they are cancelled (`cancel`) or stay RUNNING (`leave`).',
    answers: { 204: nothing() },
  })
  delete(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: DeleteCoordinatorQuery,
  ): Promise<void> {
    return this.coordinators.delete(caller, id, query);
  }
}
