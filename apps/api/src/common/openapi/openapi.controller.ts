import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { REPOSITORY_ROOT } from '../../config/environment.js';
import { Public } from '../http/public.decorator.js';
import { StaticAnswer, StaticAnswers } from '../http/static-answer.js';
import { anyObject, string } from '../json-schema.js';
import { DomainError } from '../problems/domain-error.js';
import { Describe, nothing, unchanged, written } from './describe.js';

/**
 * `npm run docs` creates this file from the routes, and it is checked in. Creating it needs code that a server need not
 * load.
 */
const DOCUMENT = join(REPOSITORY_ROOT, 'docs/openapi.json');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Coordinator Registry API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

// No validator, because its badge would be loaded from another site.
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#ui', validatorUrl: null });\n`;

/** The only files of swagger-ui that the page needs. */
const ASSETS = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

@Controller()
@Public()
export class OpenApiController {
  private readonly answers = new StaticAnswers<string>(readAnswer);

  @Get()
  @Describe({
    summary: 'Redirects to the documentation',
    answers: { 302: { ...nothing('The documentation is elsewhere'), headers: ['Location'] } },
  })
  root(@Res() reply: FastifyReply): void {
    // A relative address also works behind a proxy that adds a prefix to every path.
    reply.redirect('docs', 302);
  }

  @Get('openapi.json')
  @Describe({
    summary: 'This document',
    answers: {
      200: written('An OpenAPI 3.1 document', { 'application/json': anyObject() }, 'ETag'),
      304: unchanged(),
    },
  })
  document(@Res() reply: FastifyReply): Promise<void> {
    return this.answers.send('openapi.json', reply);
  }

  @Get('docs')
  @Describe({
    summary: 'The interactive documentation',
    answers: { 200: written('A page', { 'text/html': string() }, 'ETag'), 304: unchanged() },
  })
  page(@Res() reply: FastifyReply): Promise<void> {
    return this.answers.send('docs', reply);
  }

  @Get('docs/start.js')
  @Describe({
    summary: 'The script of the page',
    answers: { 200: written('JavaScript', { 'text/javascript': string() }, 'ETag'), 304: unchanged() },
  })
  start(@Res() reply: FastifyReply): Promise<void> {
    return this.answers.send('start.js', reply);
  }

  @Get('docs/:asset')
  @Describe({
    summary: 'A file of the page',
    answers: {
      200: written(
        'A file',
        { 'text/css': string(), 'text/javascript': string(), 'image/png': string() },
        'ETag',
      ),
      304: unchanged(),
    },
    params: { asset: string({ enum: [...ASSETS.keys()] }) },
  })
  async asset(@Param('asset') asset: string, @Res() reply: FastifyReply): Promise<void> {
    if (!ASSETS.has(asset)) throw new DomainError('not-found', 'There is no such file in the documentation.');
    await this.answers.send(asset, reply);
  }
}

async function readAnswer(name: string): Promise<StaticAnswer> {
  switch (name) {
    case 'openapi.json':
      return new StaticAnswer(await readFile(DOCUMENT), {
        'content-type': 'application/json; charset=utf-8',
      });
    case 'docs':
      return new StaticAnswer(PAGE, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': PAGE_POLICY,
      });
    case 'start.js':
      return new StaticAnswer(START, { 'content-type': 'text/javascript; charset=utf-8' });
    default:
      return new StaticAnswer(await readFile(new URL(import.meta.resolve(`swagger-ui-dist/${name}`))), {
        'content-type': ASSETS.get(name) ?? '',
        'cache-control': 'public, max-age=3600',
      });
  }
}
