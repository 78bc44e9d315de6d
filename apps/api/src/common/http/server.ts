import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { registerBrokenRequests } from './broken-request.js';
import { inTurn } from './in-turn.js';
import { atEndOfTurn, joinWrites } from './joined-writes.js';

/** The maximum size of the first line and all header fields together, in bytes. */
const HEAD_LIMIT = 16_384;
/** Headers and body must arrive within this time. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for late requests. */
const LOOK_FOR_LATE_MS = 1_000;
/** How long a connection may be without traffic. */
const IDLE_TIMEOUT_MS = 120_000;
/** The client must take the end of an answer within this time: unread bytes stay in memory. */
const TAKE_WITHIN_MS = 60_000;
/** Slightly longer than most load balancers keep an idle connection, so that they close it first. */
const KEEP_ALIVE_MS = 72_000;

/** Node's HTTP server, with limits on everything that a client may send before a route looks at it. */
export function createHttpServer(handle: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: HEAD_LIMIT,
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: LOOK_FOR_LATE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Node's own answer to a request without this header has no body.
      requireHostHeader: false,
    },
    inTurn(handle),
  );
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.on('request', (_, answer) => answer.on('prefinish', takeInTime));
  // `headerRefusal` limits the number. With its own limit, Node would silently drop further headers, and one of
  // them may be a second credential.
  server.maxHeadersCount = 0;
  registerBrokenRequests(server);
  joinWrites(server);
  return server;
}

/**
 * Closes a connection whose client does not take an answer. No other limit does this: each further request that the
 * client sends, and each byte that it reads, counts as traffic.
 */
function takeInTime(this: ServerResponse): void {
  const { socket } = this;
  if (socket === null || socket.writableLength === 0) return;
  atEndOfTurn(() => {
    // The kernel has taken nearly every answer.
    if (socket.writableLength === 0) return;
    const late = setTimeout(() => socket.destroy(), TAKE_WITHIN_MS).unref();
    this.once('close', () => clearTimeout(late));
  });
}
