import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { type DeclaredRoute, declaredRoutes } from './common/http/declared-routes.js';
import { createFastifyAdapter } from './common/http/fastify.js';
import { describeRoutes, type Introduction } from './common/openapi/document.js';
import { loadConfig } from './config/app-config.js';

const INTRODUCTION: Introduction = {
  info: {
    title: 'Coordinator Registry',
    version: '1',
    description: `Keys, a guard and an audit log for the services that coordinate jobs.

Errors are \`application/problem+json\` (RFC 9457): decide by \`code\`; \`type\` answers with a page about it. Unknown members of a
body are refused, and unknown query parameters of whoever sends a key. Lists answer \`{ items, nextCursor }\`: pass \`nextCursor\` on as \`cursor\`. More members may be added to answers.

A job or record of another tenant is the same 404 as one that does not exist. A path that is no route is 404 \`route-not-found\`;
one that has no such method is 405 \`method-not-allowed\`, with the others in \`Allow\`. A 503 says in \`detail\`
whether nothing was done, a part is stored, or that it is not known. HEAD is answered as GET is, without the body.
A body is JSON of at most 10,000 members, 100,000 values and 64 levels, and no larger than its route says; a query has at most 64 parameters.
On every route, headers over 16 KiB, or more than 100 of them, are 431 \`headers-too-large\`, and what does not arrive within half a minute is 408 \`request-timeout\`.`,
  },
  tags: {
    '/coordinator': { name: 'coordinator', description: 'What a coordinator does with jobs' },
    '/stitcher': { name: 'stitcher', description: 'Jobs for issues, from webhooks or by hand' },
    '/keys': { name: 'keys', description: 'For whoever holds a key, or finds one' },
    '/admin/workspaces': { name: 'workspaces', description: 'Tenants, and their repositories' },
    '/admin/coordinators': { name: 'coordinators', description: 'Coordinators, and their keys' },
    '/admin/operators': { name: 'operators', description: 'People and tools on the admin side' },
    '/me': { name: 'operators', description: 'People and tools on the admin side' },
    '/jobs': { name: 'jobs', description: 'Jobs as operators see them' },
    '/audit-log': {
      name: 'audit-log',
      description: 'Every change of a job or of the registry, and every refusal',
    },
    '/health': { name: 'health', description: 'For whoever keeps the server running' },
    '/metrics': { name: 'health', description: 'For whoever keeps the server running' },
    '/': { name: 'documentation', description: 'What you are reading' },
    '/docs': { name: 'documentation', description: 'What you are reading' },
    '/openapi.json': { name: 'documentation', description: 'What you are reading' },
    '/problems': { name: 'documentation', description: 'What you are reading' },
  },
};

/** docs/openapi.json, made from the routes. */
export async function renderOpenApi(): Promise<string> {
  return `${JSON.stringify(describeRoutes(await readRoutes(), INTRODUCTION), null, 2)}\n`;
}

/** Every route of the API. It starts nothing and needs no database. */
export async function readRoutes(): Promise<DeclaredRoute[]> {
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal' });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, { url: 'postgresql://nowhere' }),
    createFastifyAdapter(config),
    { preview: true, logger: false, abortOnError: false },
  );
  return declaredRoutes(app);
}
