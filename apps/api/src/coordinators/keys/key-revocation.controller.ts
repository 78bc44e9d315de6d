import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../common/access/access.js';
import { Describe, nothing } from '../../common/openapi/describe.js';
import { RevokeKeyRequest } from './dto/coordinator-key.requests.js';
import { KeyRevocationService } from './key-revocation.service.js';

@Controller('keys')
export class KeyRevocationController {
  constructor(private readonly revocation: KeyRevocationService) {}

  /** The same 204 whether the key was one or not. */
  @Post('revoke')
  @HttpCode(204)
  @Describe({
    summary: 'Kills a leaked key',
    details:
      'Whoever presents a whole key of a coordinator or an operator may kill it. The same 204 whether it was one or not, and only once that is decided.',
    answers: { 204: nothing() },
    problems: ['too-many-failures', 'overloaded', 'database-unavailable'],
  })
  @Public()
  revoke(@Req() request: FastifyRequest, @Body() { key }: RevokeKeyRequest): Promise<void> {
    return this.revocation.revoke(key, request.ctx);
  }
}
