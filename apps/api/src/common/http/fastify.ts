import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppConfig } from '../../config/app-config.js';
import { DomainError } from '../problems/domain-error.js';
import { sendProblem } from '../problems/problem-document.js';
import { toDomainError } from '../problems/translate.js';
import { answerBrokenRequest, registerBrokenRequests } from './broken-request.js';
import { registerHeaderRules } from './header-rules.js';
import { BODY_LIMIT, registerJsonBody } from './json-body.js';
import { createRequestContext, registerRequestContext } from './request-context.js';
import { registerSecurityHeaders, SECURITY_HEADERS } from './security-headers.js';

/** Reads no forms: the one body parser is ours. */
class JsonOnlyAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {}
}

/** The HTTP server, with everything that must be in force before any route is. */
export function createFastifyAdapter({ trustProxy }: Pick<AppConfig, 'trustProxy'>): FastifyAdapter {
  const adapter = new JsonOnlyAdapter({
    // Hops are counted from the socket's own address on.
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: BODY_LIMIT,
    // Slow senders are cut off: headers and body within half a minute, an idle connection after a little more than most
    // load balancers keep theirs, so that they and not we close it.
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 128 },
    // RFC 9110, section 9.1: GET and HEAD are for every server. A HEAD is the GET with the same guards, handler and hooks, and
    // without its body.
    exposeHeadRoutes: true,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerBrokenRequest,
    // Node's own answer to a request without one has no body.
    http: { requireHostHeader: false },
  });
  const fastify = adapter.getInstance();
  registerBrokenRequests(fastify.server);
  // 16 KiB bound them. Beyond 2,000 Node would drop the rest unseen, a second credential among them.
  fastify.server.maxHeadersCount = 0;
  registerRequestContext(fastify);
  registerSecurityHeaders(fastify);
  registerHeaderRules(fastify);
  registerJsonBody(fastify);
  return adapter;
}

/** Fastify turns these down before hooks run, so before the request has its context. */
function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const known =
    toDomainError(error) ?? new DomainError('invalid-request', 'The request cannot be understood.');
  reply.headers(SECURITY_HEADERS);
  sendProblem(reply, known, createRequestContext(request));
}
