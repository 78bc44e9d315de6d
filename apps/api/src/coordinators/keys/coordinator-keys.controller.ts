import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json, nothing } from '../../common/openapi/describe.js';
import type { Page } from '../../common/pagination/page.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import { UuidParam } from '../../common/validation/uuid-param.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { COORDINATOR_KEYS, ISSUED_KEY } from '../coordinator.schema.js';
import type { CoordinatorKey, IssuedKey } from '../coordinator-key.js';
import { CoordinatorKeysService } from './coordinator-keys.service.js';
import { IssueKeyRequest, RotateKeyRequest } from './dto/coordinator-key.requests.js';

@Controller('admin/coordinators/:id/keys')
@OperatorAccess('system:admin')
export class CoordinatorKeysController {
  constructor(private readonly keys: CoordinatorKeysService) {}

  @Post()
  @Describe({ summary: 'Issues a further key', answers: { 201: json(ISSUED_KEY) } })
  issue(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: IssueKeyRequest = {},
  ): Promise<IssuedKey> {
    return this.keys.issue(caller, id, body);
  }

  @Get()
  @Describe({ summary: 'Keys, without their secrets', answers: { 200: json(COORDINATOR_KEYS) } })
  list(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<CoordinatorKey>> {
    return this.keys.list(caller, id, query);
  }

  @Post(':keyId/rotate')
  @Describe({
    summary: 'Issues a successor; the old key is still accepted for `overlapSeconds`',
    answers: { 201: json(ISSUED_KEY) },
    problems: ['illegal-transition'],
  })
  rotate(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('keyId') keyId: string,
    @Body() body: RotateKeyRequest = {},
  ): Promise<IssuedKey> {
    return this.keys.rotate(caller, id, keyId, body);
  }

  @Delete(':keyId')
  @HttpCode(204)
  @Describe({
    summary: 'Revokes a key',
    details: 'The key is refused from the answer on. Repeating the request gets the same 204.',
    answers: { 204: nothing() },
  })
  revoke(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('keyId') keyId: string,
  ): Promise<void> {
    return this.keys.revoke(caller, id, keyId);
  }
}
