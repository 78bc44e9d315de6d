import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { BodyLimit } from '../common/http/body-limit.js';
import { Describe, json, nothing } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { NoBody } from '../common/validation/no-body.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { CreateOperatorRequest, OperatorsQuery, UpdateOperatorRequest } from './dto/operator.requests.js';
import type { IssuedOperator, Operator } from './operator.js';
import { ISSUED_OPERATOR, OPERATOR, OPERATORS } from './operator.schema.js';
import { OperatorAccess } from './operator-access.decorator.js';
import { OperatorsService } from './operators.service.js';

@Controller('admin/operators')
@OperatorAccess('system:admin')
export class OperatorsController {
  constructor(private readonly operators: OperatorsService) {}

  @Post()
  @BodyLimit(64)
  @Describe({
    summary: 'Creates an operator and its key',
    answers: { 201: json(ISSUED_OPERATOR, 'Location') },
    problems: ['already-exists'],
  })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateOperatorRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedOperator> {
    const issued = await this.operators.create(caller, body);
    locate(reply, issued);
    return issued;
  }

  @Get()
  @Describe({ summary: 'Operators, newest first', answers: { 200: json(OPERATORS) } })
  list(@CurrentCaller() caller: Caller, @Query() query: OperatorsQuery): Promise<Page<Operator>> {
    return this.operators.list(caller, query);
  }

  @Get(':id')
  @Describe({ summary: 'One operator', answers: { 200: json(OPERATOR) } })
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<Operator> {
    return this.operators.find(caller, id);
  }

  @Patch(':id')
  @BodyLimit(64)
  @Describe({
    summary: 'Changes name, role or workspaces',
    details:
      'An operator who becomes ADMIN may touch all workspaces. An ADMIN who becomes OPERATOR or AUDITOR needs workspaceIds. A withdrawn right has no effect from the answer on.',
    answers: { 200: json(OPERATOR) },
    problems: ['already-exists', 'last-admin'],
  })
  change(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: UpdateOperatorRequest,
  ): Promise<Operator> {
    return this.operators.change(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    summary: 'Deletes an operator and its key',
    details: 'Its key is refused from the answer on.',
    answers: { 204: nothing() },
    problems: ['last-admin'],
  })
  delete(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<void> {
    return this.operators.delete(caller, id);
  }

  @Post(':id/rotate')
  @Describe({
    summary: 'Replaces the key of an operator; the old key is refused from the answer on',
    details: 'An operator who signs in with the OpenID provider has no key.',
    answers: { 201: json(ISSUED_OPERATOR, 'Location') },
    problems: ['illegal-transition'],
  })
  async rotate(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @NoBody() _: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedOperator> {
    const issued = await this.operators.rotate(caller, id);
    locate(reply, issued);
    return issued;
  }
}

function locate(reply: FastifyReply, { operator }: IssuedOperator): void {
  void reply.header('Location', `/admin/operators/${operator.id}`);
}
