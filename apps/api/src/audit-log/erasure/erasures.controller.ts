import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json } from '../../common/openapi/describe.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { ErasureRequest } from './dto/erasure.request.js';
import { ERASURE, type Erasure } from './erasure.schema.js';
import { ErasuresService } from './erasures.service.js';

@Controller('audit-log/erasures')
@OperatorAccess('system:admin')
export class ErasuresController {
  constructor(private readonly erasures: ErasuresService) {}

  @Post()
  @HttpCode(200)
  @Describe({
    summary: 'Erases the source addresses and user agents of one actor',
    details:
      'The records stay, and the log still verifies. Later actions of the actor are recorded with address and user agent. Many records are ' +
      'erased in parts of 10,000. Each part is recorded. A request that was interrupted can be repeated.',
    answers: { 200: json(ERASURE) },
    problems: ['not-found'],
  })
  erase(@CurrentCaller() caller: Caller, @Body() { actorId }: ErasureRequest): Promise<Erasure> {
    return this.erasures.erase(caller, actorId);
  }
}
