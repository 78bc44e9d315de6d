import type { FastifyInstance } from 'fastify';
import { DomainError } from '../problems/domain-error.js';

/**
 * Answers 405 if a path has routes but none with this method, and lists the methods in `Allow` (RFC 9110, section
 * 15.5.6). It needs only the headers: which routes exist is not secret.
 */
export function registerAllowedMethods(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    const [path = ''] = request.url.split('?', 1);
    const allowed = fastify.supportedMethods.filter(
      (method) => fastify.findRoute({ method, url: path }) !== null,
    );
    if (allowed.length === 0) {
      done();
      return;
    }
    reply.header('allow', allowed.join(', '));
    done(
      new DomainError(
        'method-not-allowed',
        `This path does not take ${request.method}. It takes ${allowed.join(', ')}.`,
      ),
    );
  });
}
