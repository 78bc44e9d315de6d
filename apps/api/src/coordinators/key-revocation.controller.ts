import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../common/access/access.js';
import { RevokeKeyRequest } from './dto/coordinator-key.requests.js';
import { KeyRevocationService } from './key-revocation.service.js';

@ApiTags('keys')
@Controller('keys')
export class KeyRevocationController {
  constructor(private readonly revocation: KeyRevocationService) {}

  /** The same 204 whether the key was one or not. */
  @Post('revoke')
  @HttpCode(204)
  @Public()
  revoke(@Req() request: FastifyRequest, @Body() { key }: RevokeKeyRequest): Promise<void> {
    return this.revocation.revoke(key, request.ctx);
  }
}
