import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** How many requests may wait on one connection for the answers before theirs. */
const MAX_WAITING = 32;

interface Turn {
  request: IncomingMessage;
  answer: ServerResponse;
}

interface Connection {
  /** of the request that was last handed to the handler */
  answer: ServerResponse;
  waiting: Turn[];
}

/**
 * Handles the requests of one connection one after the other. The next request starts once the kernel has taken the
 * whole answer to the previous one.
 *
 * A client may send requests without waiting for answers (RFC 9112, section 9.3.2), and Node handles all of them at
 * once. It keeps each answer in memory until the client has read the ones before it, so a few bytes sent could hold
 * gigabytes. With this function, a client that reads nothing holds one answer. A connection on which more than 32
 * requests wait is closed.
 */
export function inTurn(handle: RequestListener): RequestListener {
  const connections = new WeakMap<Duplex, Connection>();

  function next(socket: Duplex, connection: Connection): void {
    const turn = connection.waiting.shift();
    // After `Connection: close`, or if the client is gone, no answer can be sent. So the request must not be handled.
    if (turn === undefined || !socket.writable) {
      connection.waiting = [];
      return;
    }
    begin(socket, connection, turn);
  }

  function begin(socket: Duplex, connection: Connection, { request, answer }: Turn): void {
    connection.answer = answer;
    if (connection.waiting.length > 0) answer.once('close', () => next(socket, connection));
    // A request that broke off in its body was already answered while it waited.
    if (!answer.writableEnded) handle(request, answer);
  }

  return (request, answer) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (connection === undefined) {
      connections.set(socket, { answer, waiting: [] });
      handle(request, answer);
    } else if (connection.waiting.length === 0 && connection.answer.closed) {
      begin(socket, connection, { request, answer });
    } else if (connection.waiting.length === MAX_WAITING) {
      socket.destroy();
    } else {
      connection.waiting.push({ request, answer });
      if (connection.waiting.length === 1) connection.answer.once('close', () => next(socket, connection));
    }
  };
}
