import type { FastifyInstance } from 'fastify';
import { DomainError } from '../problems/domain-error.js';

/** By then a supervisor may have started the server again. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Once the server begins to stop, refuses each further request on a kept-alive connection, before any work for it.
 * Requests in progress are still answered. Fastify adds `Connection: close` to the answer by itself.
 */
export function registerStopping(fastify: FastifyInstance): void {
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  fastify.addHook('onRequest', (_request, _reply, done) => {
    if (!stopping) {
      done();
      return;
    }
    done(
      new DomainError('overloaded', 'The server is stopping. Nothing was done.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      }),
    );
  });
}
