import { Body, Controller, Delete, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json, nothing } from '../../common/openapi/describe.js';
import type { Page } from '../../common/pagination/page.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import { UuidParam } from '../../common/validation/uuid-param.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { COORDINATOR_KEY, COORDINATOR_KEYS, ISSUED_KEY, ROTATED_KEY } from '../coordinator.schema.js';
import type { CoordinatorKey, IssuedKey, RotatedKey } from '../coordinator-key.js';
import { CoordinatorKeysService } from './coordinator-keys.service.js';
import { IssueKeyRequest, RevokeKeyQuery, RotateKeyRequest } from './dto/coordinator-key.requests.js';

@Controller('admin/coordinators/:id/keys')
@OperatorAccess('system:admin')
export class CoordinatorKeysController {
  constructor(private readonly keys: CoordinatorKeysService) {}

  @Post()
  @Describe({ summary: 'Issues a further key', answers: { 201: json(ISSUED_KEY, 'Location') } })
  async issue(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: IssueKeyRequest = {},
  ): Promise<IssuedKey> {
    const issued = await this.keys.issue(caller, id, body);
    locate(reply, issued);
    return issued;
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

  @Get(':keyId')
  @Describe({ summary: 'One key, without its secret', answers: { 200: json(COORDINATOR_KEY) } })
  find(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('keyId') keyId: string,
  ): Promise<CoordinatorKey> {
    return this.keys.find(caller, id, keyId);
  }

  @Post(':keyId/rotate')
  @Describe({
    summary: 'Issues a successor; the old key is still accepted for `overlapSeconds`',
    details:
      'A key has at most one live successor. If the text of the successor was lost, revoke the successor, then rotate the old key again.',
    answers: { 201: json(ROTATED_KEY, 'Location') },
    problems: ['illegal-transition', 'successor-exists'],
  })
  async rotate(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('keyId') keyId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: RotateKeyRequest = {},
  ): Promise<RotatedKey> {
    const issued = await this.keys.rotate(caller, id, keyId, body);
    locate(reply, issued);
    return issued;
  }

  @Delete(':keyId')
  @HttpCode(204)
  @Describe({
    summary: 'Revokes a key',
    details:
      'The key is refused from the answer on. Repeating the request gets the same 204. With `chain=true`, its predecessors and all their successors are revoked too: all that came from one key by rotation.',
    answers: { 204: nothing() },
  })
  revoke(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('keyId') keyId: string,
    @Query() { chain }: RevokeKeyQuery,
  ): Promise<void> {
    return this.keys.revoke(caller, id, keyId, chain === 'true');
  }
}

/** Says where an administrator reads the key. */
export function locate(reply: FastifyReply, { key }: IssuedKey): void {
  void reply.header('Location', `/admin/coordinators/${key.coordinatorId}/keys/${key.id}`);
}
