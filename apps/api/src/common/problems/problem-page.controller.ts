import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/access.js';
import { Describe, written } from '../openapi/describe.js';
import { integer, object, oneOf, string } from '../openapi/schema.js';
import { isProblemCode, PROBLEM_CODES, PROBLEMS, type ProblemCode } from './catalogue.js';
import { DomainError } from './domain-error.js';
import { renderProblemPage } from './problem-page.js';

/** What is known of a code, for programs. */
interface ProblemType {
  type: string;
  code: ProblemCode;
  status: number;
  title: string;
  explanation: string;
}

const PROBLEM_TYPE = object<ProblemType>('ProblemType', {
  type: string({ description: 'the `type` of such problems', examples: ['/problems/not-found'] }),
  code: oneOf(PROBLEM_CODES),
  status: integer({ examples: [404] }),
  title: string(),
  explanation: string({ description: 'what happened, and what the caller should do' }),
});

@Controller('problems')
export class ProblemPageController {
  @Get(':code')
  @Public()
  @Describe({
    summary: 'What a problem type means, as a page or as JSON',
    answers: { 200: written('The explanation', { 'text/html': string(), 'application/json': PROBLEM_TYPE }) },
    params: { code: oneOf(PROBLEM_CODES) },
  })
  @Header('vary', 'accept')
  @Header('cache-control', 'public, max-age=3600')
  describe(@Param('code') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (!isProblemCode(code)) throw new DomainError('not-found', 'There is no problem of this code.');
    if (prefersJson(request.headers.accept)) {
      reply.send(problemType(code));
      return;
    }
    reply.header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    reply.type('text/html; charset=utf-8').send(renderProblemPage(code));
  }
}

function problemType(code: ProblemCode): ProblemType {
  const { status, title, explanation } = PROBLEMS[code];
  return { type: `/problems/${code}`, code, status, title, explanation };
}

/** A browser names text/html; whoever names JSON and not HTML wants JSON. */
function prefersJson(accept = ''): boolean {
  return /\bjson\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}
