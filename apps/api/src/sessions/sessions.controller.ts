import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json, nothing } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { SessionsQuery } from './dto/session.requests.js';
import type { Session } from './session.js';
import { SESSIONS } from './session.schema.js';
import { SessionsService } from './sessions.service.js';

@Controller('sessions')
@OperatorAccess()
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @Describe({
    summary: 'Live sessions, newest first',
    details: 'An ADMIN gets the sessions of all operators, other operators get their own.',
    answers: { 200: json(SESSIONS) },
  })
  list(@CurrentCaller() caller: Caller, @Query() query: SessionsQuery): Promise<Page<Session>> {
    return this.sessions.list(caller, query);
  }

  @Delete()
  @HttpCode(204)
  @Describe({
    summary: "Ends all of the caller's sessions but the one of this request",
    answers: { 204: nothing() },
  })
  endOthers(@CurrentCaller() caller: Caller): Promise<void> {
    return this.sessions.endOthers(caller);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    summary: 'Ends a session',
    details:
      'Its cookie is refused from the answer on. An ADMIN may end any session, other operators their own.',
    answers: { 204: nothing() },
  })
  end(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<void> {
    return this.sessions.end(caller, id);
  }
}
