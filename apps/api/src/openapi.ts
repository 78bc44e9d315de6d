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

**Errors** are \`application/problem+json\` (RFC 9457). Decide by \`code\`; \`type\` is the address of a page that explains it. A 503 says in
\`detail\` whether nothing was done, a part is stored, or the outcome is unknown.

**Unknown members** of a body are refused. So are unknown query parameters, on routes that need a key. Answers may get more members.

**Lists** answer \`{ items, nextCursor }\`. Send \`nextCursor\` as \`cursor\` for the next page.

**404.** A job or record of another tenant gets the same 404 as one that does not exist. An unknown path is 404 \`route-not-found\`. A known path
with another method is 405 \`method-not-allowed\`; \`Allow\` lists the methods. HEAD is answered like GET, without the body.

**Limits.** A body is JSON of at most 10,000 members, 100,000 values and 64 levels; each route states its largest body. A query has at most 64
parameters. Headers over 16 KiB, or more than 100 of them, are 431 \`headers-too-large\`. A request that does not arrive within half a minute is
408 \`request-timeout\`.`,
  },
  tags: {
    '/coordinator': { name: 'coordinator', description: 'Jobs of the workspaces of a coordinator' },
    '/stitcher': { name: 'stitcher', description: 'Jobs for issues of repositories' },
    '/keys': { name: 'keys', description: 'Revocation of a key by anyone who has it' },
    '/admin/workspaces': { name: 'workspaces', description: 'Tenants, and their repositories' },
    '/admin/coordinators': { name: 'coordinators', description: 'Coordinators, and their keys' },
    '/admin/keys': { name: 'coordinators', description: 'Coordinators, and their keys' },
    '/admin/operators': { name: 'operators', description: 'People and tools on the admin side' },
    '/me': { name: 'operators', description: 'People and tools on the admin side' },
    '/workspaces': { name: 'workspaces', description: 'Tenants, and their repositories' },
    '/coordinators': { name: 'coordinators', description: 'Coordinators, and their keys' },
    '/find': { name: 'overview', description: 'What the console shows first' },
    '/overview': { name: 'overview', description: 'What the console shows first' },
    '/session': { name: 'sessions', description: 'Signing in and out of the console' },
    '/sessions': { name: 'sessions', description: 'Signing in and out of the console' },
    '/jobs': { name: 'jobs', description: 'Jobs of all workspaces of an operator' },
    '/audit-log': {
      name: 'audit-log',
      description: 'Every change of a job or of the registry, and every refusal',
    },
    '/health': { name: 'health', description: 'State and metrics of the server' },
    '/metrics': { name: 'health', description: 'State and metrics of the server', internal: true },
    '/console': { name: 'console', description: 'The console of operators, in a browser', internal: true },
    '/': { name: 'documentation', description: 'This documentation', internal: true },
    '/docs': { name: 'documentation', description: 'This documentation', internal: true },
    '/openapi.json': { name: 'documentation', description: 'This documentation', internal: true },
    '/problems': { name: 'documentation', description: 'This documentation' },
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
