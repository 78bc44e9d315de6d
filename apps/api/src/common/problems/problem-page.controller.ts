import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/access.js';
import { StaticAnswer, StaticAnswers } from '../http/static-answer.js';
import { Describe, unchanged, written } from '../openapi/describe.js';
import { integer, object, oneOf, string } from '../openapi/schema.js';
import { isProblemCode, PROBLEM_CODES, PROBLEMS, type ProblemCode } from './catalogue.js';
import { DomainError } from './domain-error.js';
import { renderProblemPage } from './problem-page.js';

/** The description of a problem code, for programs. */
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

const CACHED = { vary: 'accept', 'cache-control': 'public, max-age=3600' };

@Controller('problems')
export class ProblemPageController {
  readonly #pages = new StaticAnswers<ProblemCode>(pageOf);
  readonly #types = new StaticAnswers<ProblemCode>(problemType);

  @Get(':code')
  @Public()
  @Describe({
    summary: 'What a problem type means, as a page or as JSON',
    answers: {
      200: written('The explanation', { 'text/html': string(), 'application/json': PROBLEM_TYPE }, 'ETag'),
      304: unchanged(),
    },
    params: { code: oneOf(PROBLEM_CODES) },
  })
  async describe(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isProblemCode(code)) throw new DomainError('not-found', 'There is no problem with this code.');
    const answers = prefersJson(request.headers.accept) ? this.#types : this.#pages;
    await answers.send(code, reply);
  }
}

function pageOf(code: ProblemCode): StaticAnswer {
  return new StaticAnswer(renderProblemPage(code), {
    ...CACHED,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
}

function problemType(code: ProblemCode): StaticAnswer {
  const { status, title, explanation } = PROBLEMS[code];
  const known: ProblemType = { type: `/problems/${code}`, code, status, title, explanation };
  return new StaticAnswer(JSON.stringify(known), {
    ...CACHED,
    'content-type': 'application/json; charset=utf-8',
  });
}

/** A browser names text/html. A client that names JSON and not HTML wants JSON. */
function prefersJson(accept = ''): boolean {
  return /\bjson\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}
