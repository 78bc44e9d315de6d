import type { FastifyInstance } from 'fastify';
import { DomainError } from '../problems/domain-error.js';

/** By then a supervisor may have started the server again. */
const RETRY_AFTER_SECONDS = 2;

declare module 'fastify' {
  interface FastifyInstance {
    /** Refuses each further request from now on. Called some time before `close`, which closes idle connections at once. */
    refuseRequests(): void;
    /** Aborts at the first of both. A request that waits must then be answered, see {@link StoppingError}. */
    readonly stopping: AbortSignal;
  }
}

/** 503: the server stops. The answer closes the connection. */
export class StoppingError extends DomainError {
  constructor() {
    super('overloaded', 'The server is stopping. Nothing was done.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

/** Adds `refuseRequests` and `stopping`. `registerRequestStart` refuses what comes after; requests in progress are still answered. */
export function registerStopping(fastify: FastifyInstance): void {
  const stop = new AbortController();
  fastify.decorate('stopping', stop.signal);
  fastify.decorate('refuseRequests', () => stop.abort());
  fastify.addHook('preClose', (done) => {
    stop.abort();
    done();
  });
}
