import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json } from '../../common/openapi/describe.js';
import type { Page } from '../../common/pagination/page.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { FOUND_KEYS } from '../coordinator.schema.js';
import type { FoundKey } from '../coordinator-key.js';
import { CoordinatorKeysService } from './coordinator-keys.service.js';
import { KeysQuery } from './dto/coordinator-key.requests.js';

@Controller('admin/keys')
@OperatorAccess('system:admin')
export class AllKeysController {
  constructor(private readonly keys: CoordinatorKeysService) {}

  @Get()
  @Describe({
    summary: 'Keys of all coordinators, newest first, without their secrets',
    details: 'Also the keys of deleted coordinators. A key must match all filters.',
    answers: { 200: json(FOUND_KEYS) },
  })
  search(@CurrentCaller() caller: Caller, @Query() query: KeysQuery): Promise<Page<FoundKey>> {
    return this.keys.search(caller, query);
  }
}
