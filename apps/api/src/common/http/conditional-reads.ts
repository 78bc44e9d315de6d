import type { FastifyInstance } from 'fastify';
import { isKnownTo } from './entity-tags.js';

/**
 * Answers 304 without a body if the client already has the answer: it names the answer's `ETag` in `If-None-Match` (RFC
 * 9110, section 13.1.2). Applies to every read that has an `ETag`.
 */
export function registerConditionalReads(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const known = request.headers['if-none-match'];
    if (known === undefined) {
      done(null, payload);
      return;
    }
    const isRead = reply.statusCode === 200 && (request.method === 'GET' || request.method === 'HEAD');
    const etag = reply.getHeader('etag');
    if (!isRead || typeof etag !== 'string' || !isKnownTo(known, etag)) {
      done(null, payload);
      return;
    }
    reply.status(304).removeHeader('content-type');
    // For a HEAD, Fastify sends only the length, which may be that of the 200 (RFC 9110, section 8.6).
    done(null, request.method === 'HEAD' ? payload : null);
  });
}
