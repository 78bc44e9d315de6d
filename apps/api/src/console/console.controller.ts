import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../common/http/public.decorator.js';
import { string } from '../common/json-schema.js';
import { Describe, written } from '../common/openapi/describe.js';
import { DomainError } from '../common/problems/domain-error.js';
import { ConsoleAssets } from './console-assets.js';

const PAGE = written('The page of the console', { 'text/html': string() });
/** Names contain a hash of the content, so a name never stands for other bytes. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const GZIP = /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i;

@Controller('console')
@Public()
export class ConsoleController {
  constructor(private readonly assets: ConsoleAssets) {}

  @Get()
  @Describe({ summary: "The operators' console", answers: { 200: PAGE }, problems: ['not-found'] })
  root(@Res() reply: FastifyReply): void {
    this.sendPage(reply);
  }

  @Get('assets/:asset')
  @Describe({
    summary: 'A file of the console',
    answers: {
      200: written('A file', {
        'text/javascript': string(),
        'text/css': string(),
        'image/svg+xml': string(),
      }),
    },
    params: { asset: string({ maxLength: 128, description: 'the name of the file' }) },
    problems: ['not-found'],
  })
  asset(@Param('asset') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const asset = this.assets.find(name);
    if (asset === undefined) throw new DomainError('not-found', 'The console has no such file.');
    const { type, plain, gzipped } = asset;
    reply.headers({ 'content-type': type, 'cache-control': FOR_EVER, vary: 'accept-encoding' });
    if (GZIP.test(request.headers['accept-encoding'] ?? '')) {
      reply.header('content-encoding', 'gzip').send(gzipped);
    } else reply.send(plain);
  }

  @Get('*')
  @Describe({
    summary: 'The console again, which shows what the address says',
    answers: { 200: PAGE },
    problems: ['not-found'],
  })
  address(@Res() reply: FastifyReply): void {
    this.sendPage(reply);
  }

  private sendPage(reply: FastifyReply): void {
    const page = this.assets.page();
    if (page === undefined) {
      throw new DomainError(
        'not-found',
        'The console is not built on this server. To build it: npm run build',
      );
    }
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policyOf(page.nonce),
      })
      .send(page.html);
  }
}

function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
