import { Body, Controller, Delete, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import type { CoordinatorKey, IssuedKey } from './coordinator-key.js';
import { CoordinatorKeysService } from './coordinator-keys.service.js';
import { IssueKeyRequest, RotateKeyRequest } from './dto/coordinator-key.requests.js';

@ApiTags('admin')
@Controller('admin/coordinators/:id/keys')
@OperatorAccess('system:admin')
export class CoordinatorKeysController {
  constructor(private readonly keys: CoordinatorKeysService) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  issue(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: IssueKeyRequest = {},
  ): Promise<IssuedKey> {
    return this.keys.issue(caller, id, body);
  }

  @Get()
  list(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<CoordinatorKey>> {
    return this.keys.list(caller, id, query);
  }

  @Post(':keyId/rotate')
  @Header('Cache-Control', 'no-store')
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
  revoke(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('keyId') keyId: string,
  ): Promise<void> {
    return this.keys.revoke(caller, id, keyId);
  }
}
