import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppConfig } from '../../config/app-config.js';
import { stringifyJson } from '../exact-json.js';
import { DomainError } from '../problems/domain-error.js';
import { toDomainError } from '../problems/translate.js';
import { MAX_BODY } from './body-limit.js';
import { answerBrokenRequest } from './broken-request.js';
import { registerConditionalReads } from './conditional-reads.js';
import { registerBodyTypes } from './json-body.js';
import { sendProblem } from './problem-document.js';
import { createRequestContext } from './request-context.js';
import { boundedQuery } from './request-rules.js';
import { registerRequestStart } from './request-start.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { createHttpServer } from './server.js';
import { type SourceAddressOf, sourceAddressFinder } from './source-address.js';
import { registerStopping } from './stopping.js';

/** Does not parse forms. Our own body parser is the only one. */
class JsonOnlyAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {}
}

/** Creates the HTTP server, with everything that must be in force before any route. */
export function createFastifyAdapter({ trustProxy }: Pick<AppConfig, 'trustProxy'>): FastifyAdapter {
  const sourceAddressOf = sourceAddressFinder(trustProxy);
  const adapter = new JsonOnlyAdapter({
    bodyLimit: MAX_BODY,
    serverFactory: createHttpServer,
    forceCloseConnections: 'idle',
    // Fastify's own answer is not a problem document. `registerRequestStart` refuses instead.
    return503OnClosing: false,
    // The router ignores the first character of a target: it would read `*jobs` as `/jobs`, and `*` as `/`.
    rewriteUrl: ({ url = '/' }) => (url.startsWith('*') ? `/${url}` : url),
    routerOptions: { maxParamLength: 128, querystringParser: boundedQuery },
    // RFC 9110, section 9.1: every server must support GET and HEAD. A HEAD runs the same guards, handler and hooks as
    // the GET, and its answer has no body.
    exposeHeadRoutes: true,
    frameworkErrors: answerUnroutable(sourceAddressOf),
    clientErrorHandler: answerBrokenRequest,
  });
  const fastify = adapter.getInstance();
  // If a factory creates the server, Fastify closes only the sockets that it opened itself.
  fastify.addHook('onClose', (_instance, done) => {
    fastify.server.close(() => done());
  });
  fastify.setReplySerializer((answer) => stringifyJson(answer));
  registerStopping(fastify);
  registerRequestStart(fastify, sourceAddressOf);
  registerConditionalReads(fastify);
  registerBodyTypes(fastify);
  return adapter;
}

/** Fastify refuses these requests before its hooks run, so before the request has its context. */
function answerUnroutable(sourceAddressOf: SourceAddressOf) {
  return (error: Error, { raw }: FastifyRequest, reply: FastifyReply): void => {
    const known =
      toDomainError(error) ?? new DomainError('invalid-request', 'The request cannot be understood.');
    reply.headers(SECURITY_HEADERS);
    sendProblem(reply, known, createRequestContext(raw, sourceAddressOf));
  };
}
