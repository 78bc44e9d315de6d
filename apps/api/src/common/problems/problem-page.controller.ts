import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/access.js';
import { isProblemCode, PROBLEMS } from './catalogue.js';
import { DomainError } from './domain-error.js';
import { renderProblemPage } from './problem-page.js';

@ApiTags('problems')
@Controller('problems')
export class ProblemPageController {
  @Get(':code')
  @Public()
  @ApiOperation({ summary: 'What a problem type means, as a page or as JSON' })
  @Header('vary', 'accept')
  @Header('cache-control', 'public, max-age=3600')
  describe(@Param('code') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (!isProblemCode(code)) throw new DomainError('not-found', 'There is no problem of this code.');
    if (prefersJson(request.headers.accept)) {
      reply.send({ type: `/problems/${code}`, code, ...PROBLEMS[code] });
      return;
    }
    reply.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    reply.type('text/html; charset=utf-8').send(renderProblemPage(code));
  }
}

/** A browser names text/html; whoever names JSON and not HTML wants JSON. */
function prefersJson(accept = ''): boolean {
  return /\bjson\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}
