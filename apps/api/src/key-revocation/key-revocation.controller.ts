import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BodyLimit } from '../common/http/body-limit.js';
import { Public } from '../common/http/public.decorator.js';
import { Describe, nothing } from '../common/openapi/describe.js';
import { RevokeKeyRequest } from './dto/revoke-key.request.js';
import { KeyRevocationService } from './key-revocation.service.js';

@Controller('keys')
export class KeyRevocationController {
  constructor(private readonly revocation: KeyRevocationService) {}

  @Post('revoke')
  @HttpCode(204)
  @Describe({
    summary: 'Revokes a leaked key',
    details:
      'Anyone who sends a whole key of a coordinator or an operator revokes it. A 204 does not say whether the key existed. It comes only after the decision. A key that was cut off or mistyped is 400: nothing was revoked.',
    answers: { 204: nothing() },
    problems: ['too-many-failures', 'database-unavailable'],
  })
  @Public()
  @BodyLimit(2)
  revoke(@Req() request: FastifyRequest, @Body() { key }: RevokeKeyRequest): Promise<void> {
    return this.revocation.revoke(key, request.ctx);
  }
}
