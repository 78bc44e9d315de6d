import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { REPOSITORY_ROOT } from '../../config/environment.js';
import { Public } from '../access/access.js';
import { DomainError } from '../problems/domain-error.js';
import { Describe, written } from './describe.js';
import { anyObject, string } from './schema.js';

/** Made from the routes by `npm run docs`, and checked in: making it takes what a server does not need to load. */
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

// Without a validator: its badge would be loaded from elsewhere.
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#ui', validatorUrl: null });\n`;

/** The files of swagger-ui that the page needs, and no others. */
const ASSETS = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

@Controller()
@Public()
export class OpenApiController {
  @Get('openapi.json')
  @Describe({
    summary: 'This document',
    answers: { 200: written('An OpenAPI 3.1 document', { 'application/json': anyObject() }) },
  })
  async document(@Res() reply: FastifyReply): Promise<void> {
    reply.header('content-type', 'application/json; charset=utf-8').send(await readFile(DOCUMENT));
  }

  @Get('docs')
  @Describe({
    summary: 'The routes, to read and to try',
    answers: { 200: written('A page', { 'text/html': string() }) },
  })
  @Header('content-type', 'text/html; charset=utf-8')
  @Header(
    'content-security-policy',
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  )
  page(): string {
    return PAGE;
  }

  @Get('docs/start.js')
  @Describe({
    summary: 'The script of the page',
    answers: { 200: written('JavaScript', { 'text/javascript': string() }) },
  })
  @Header('content-type', 'text/javascript; charset=utf-8')
  start(): string {
    return START;
  }

  @Get('docs/:asset')
  @Describe({
    summary: 'What the page is made of',
    answers: {
      200: written('A file', { 'text/css': string(), 'text/javascript': string(), 'image/png': string() }),
    },
    params: { asset: string({ enum: [...ASSETS.keys()] }) },
  })
  async asset(@Param('asset') asset: string, @Res() reply: FastifyReply): Promise<void> {
    const type = ASSETS.get(asset);
    if (type === undefined) throw new DomainError('not-found', 'The documentation has no such file.');
    const file = await readFile(new URL(import.meta.resolve(`swagger-ui-dist/${asset}`)));
    reply.header('content-type', type).header('cache-control', 'public, max-age=3600').send(file);
  }
}
