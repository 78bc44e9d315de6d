import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { registerBrokenRequests } from './broken-request.js';
import { inTurn } from './in-turn.js';

/** The first line and all header fields together, in bytes. */
const HEAD_LIMIT = 16_384;
/** Headers and body must have arrived by then. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for requests that are late. */
const LOOK_FOR_LATE_MS = 1_000;
/** A connection on which nothing moves. */
const IDLE_TIMEOUT_MS = 120_000;
/** The end of an answer must be taken by then: what a client does not read is held in memory. */
const TAKE_WITHIN_MS = 60_000;
/** A little more than most load balancers keep an idle connection, so that they and not we close it. */
const KEEP_ALIVE_MS = 72_000;

/** Node's HTTP server, with everything bounded that a client may send before any route looks at it. */
export function createHttpServer(handle: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: HEAD_LIMIT,
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: LOOK_FOR_LATE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Node's own answer to a request without one has no body.
      requireHostHeader: false,
    },
    inTurn(handle),
  );
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.on('request', (_, answer) => takeInTime(answer));
  // registerHeaderRules bounds them. Beyond its own bound Node would drop the rest unseen, a second credential among them.
  server.maxHeadersCount = 0;
  registerBrokenRequests(server);
  return server;
}

/**
 * Ends a connection whose client does not take an answer. No other limit does: each request that a client sends behind it, and each byte that
 * it reads, is a sign of life.
 */
function takeInTime(answer: ServerResponse): void {
  answer.once('prefinish', () => {
    const { socket } = answer;
    // Nearly every answer is with the kernel by now.
    if (socket === null || socket.writableLength === 0) return;
    const late = setTimeout(() => socket.destroy(), TAKE_WITHIN_MS).unref();
    answer.once('close', () => clearTimeout(late));
  });
}
