import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../http/public.decorator.js';
import { StaticAnswer, StaticAnswers } from '../http/static-answer.js';
import { integer, object, remarked, string } from '../json-schema.js';
import { isProblemCode, PROBLEMS, type ProblemCode } from '../problems/catalogue.js';
import { DomainError } from '../problems/domain-error.js';
import { Describe, unchanged, written } from './describe.js';
import { renderProblemPage } from './problem-page.js';
import { PROBLEM_CODE } from './problem-schemas.js';

/** The description of a problem code, for programs. */
interface ProblemType {
  type: string;
  code: ProblemCode;
  status: number;
  title: string;
  explanation: string;
}

const PROBLEM_TYPE = object<ProblemType>(
  'ProblemType',
  {
    type: string({ description: 'the `type` of such problems', examples: ['/problems/not-found'] }),
    code: remarked(PROBLEM_CODE, { description: 'the `code` of such problems' }),
    status: integer({ description: 'the HTTP status', examples: [404] }),
    title: string({ description: 'what is wrong' }),
    explanation: string({ description: 'what happened, and what the caller should do' }),
  },
  {
    description: 'What a problem code means',
    examples: [problemTypeOf('not-found')],
  },
);

const CACHED = { vary: 'accept', 'cache-control': 'public, max-age=3600' };

@Controller('problems')
export class ProblemPageController {
  private readonly pages = new StaticAnswers<ProblemCode>(pageOf);
  private readonly types = new StaticAnswers<ProblemCode>(problemType);

  @Get(':code')
  @Public()
  @Describe({
    summary: 'What a problem type means, as a page or as JSON',
    answers: {
      200: written('The explanation', { 'text/html': string(), 'application/json': PROBLEM_TYPE }, 'ETag'),
      304: unchanged(),
    },
    params: { code: remarked(PROBLEM_CODE, { description: 'the `code` of the problem' }) },
  })
  async describe(
    @Param('code') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isProblemCode(code)) throw new DomainError('not-found', 'There is no problem with this code.');
    const answers = prefersJson(request.headers.accept) ? this.types : this.pages;
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
  return new StaticAnswer(JSON.stringify(problemTypeOf(code)), {
    ...CACHED,
    'content-type': 'application/json; charset=utf-8',
  });
}

function problemTypeOf(code: ProblemCode): ProblemType {
  const { status, title, explanation } = PROBLEMS[code];
  return { type: `/problems/${code}`, code, status, title, explanation };
}

/** A browser names text/html. A client that names JSON and not HTML wants JSON. */
function prefersJson(accept = ''): boolean {
  return /\bjson\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}
