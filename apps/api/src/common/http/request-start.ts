import type { FastifyInstance } from 'fastify';
import { methodRefusal } from './allowed-methods.js';
import { headerRefusal } from './header-rules.js';
import { createRequestContext } from './request-context.js';
import { SECURITY_HEADERS } from './security-headers.js';
import type { SourceAddressOf } from './source-address.js';
import { StoppingError } from './stopping.js';

/**
 * What is the same for every request, before any guard: gives it its context as `request.ctx`, sets the headers that
 * every answer has, and refuses it if the server stops, if its headers are ambiguous, or if the path has no such method.
 *
 * This is one hook, not one for each rule, because every request pays for the calls between hooks.
 */
export function registerRequestStart(fastify: FastifyInstance, sourceAddressOf: SourceAddressOf): void {
  fastify.decorateRequest('ctx');
  fastify.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    request.ctx = createRequestContext(raw, sourceAddressOf);
    reply.header('x-request-id', request.ctx.requestId);
    reply.headers(SECURITY_HEADERS);
    // This server upgrades no connection, and Node loses the bytes that follow such a request in the same packet.
    if (raw.headers.upgrade !== undefined) reply.header('connection', 'close');
    if (fastify.stopping.aborted) done(new StoppingError());
    else done(headerRefusal(raw) ?? (request.is404 ? methodRefusal(fastify, request, reply) : undefined));
  });
}
