import type { FastifyInstance } from 'fastify';
import { DomainError } from '../problems/domain-error.js';

/** By then a supervisor may have started the server again. */
const RETRY_AFTER_SECONDS = 2;

/**
 * From the moment that the server begins to stop, a further request on a connection that was kept alive is refused, before anything is
 * done about it. Those under way are answered. Fastify then puts `Connection: close` on the answer by itself.
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
