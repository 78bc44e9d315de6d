import type { FastifyReply } from 'fastify';

/** How long the answer to a request may be held back, and whether a client is still there to take it. */
export class Wait {
  private readonly connection = new AbortController();
  /** how long the answer has been held back so far */
  heldMs = 0;

  constructor(
    readonly seconds: number,
    { request, raw }: FastifyReply,
  ) {
    request.ctx.wait = this;
    if (raw.closed) this.connection.abort();
    else raw.once('close', () => this.connection.abort());
  }

  /** Aborts when the connection is closed: no answer can reach the client any more. */
  get gone(): AbortSignal {
    return this.connection.signal;
  }
}
