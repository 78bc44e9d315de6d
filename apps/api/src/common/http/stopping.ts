import type { FastifyInstance } from 'fastify';
import { DomainError } from '../problems/domain-error.js';

/** By then a supervisor may have started the server again. */
const RETRY_AFTER_SECONDS = 2;

declare module 'fastify' {
  interface FastifyInstance {
    /** Refuses each further request from now on. Called some time before `close`, which closes idle connections at once. */
    refuseRequests(): void;
  }
}

/**
 * Once the server begins to stop, refuses each further request on a kept-alive connection, before any work for it.
 * Requests in progress are still answered.
 */
export function registerStopping(fastify: FastifyInstance): void {
  let stopping = false;
  fastify.decorate('refuseRequests', () => {
    stopping = true;
  });
  fastify.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (!stopping) {
      done();
      return;
    }
    reply.header('connection', 'close');
    done(
      new DomainError('overloaded', 'The server is stopping. Nothing was done.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      }),
    );
  });
}
