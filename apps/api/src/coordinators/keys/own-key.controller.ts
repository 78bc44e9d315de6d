import { Body, Controller, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, json } from '../../common/openapi/describe.js';
import { CoordinatorAccess } from '../authentication/coordinator-access.decorator.js';
import { ROTATED_KEY } from '../coordinator.schema.js';
import type { RotatedKey } from '../coordinator-key.js';
import { locate } from './coordinator-keys.controller.js';
import { CoordinatorKeysService } from './coordinator-keys.service.js';
import { RotateOwnKeyRequest } from './dto/coordinator-key.requests.js';

@Controller('coordinator/keys')
export class OwnKeyController {
  constructor(private readonly keys: CoordinatorKeysService) {}

  @Post('rotate')
  @CoordinatorAccess('keys:rotate')
  @Describe({
    summary:
      'Issues a successor of the key in this request; the old key is still accepted for `overlapSeconds`',
    details:
      'The successor has the same lifetime as the key had when it was issued. A key has at most one live successor. Store the new key before you use it: only this answer shows it. If the answer was lost, a repeat gets 409, and an administrator must revoke the successor.',
    answers: { 201: json(ROTATED_KEY, 'Location') },
    problems: ['illegal-transition', 'successor-exists'],
  })
  async rotate(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: RotateOwnKeyRequest = {},
  ): Promise<RotatedKey> {
    const rotated = await this.keys.rotate(caller, caller.id, caller.keyId, body);
    locate(reply, rotated);
    return rotated;
  }
}
