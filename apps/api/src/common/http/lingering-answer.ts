import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** How many bytes of an unwanted body are discarded before the connection is closed. */
const MAX_DISCARDED = 67_108_864;
/** How many pieces are discarded at most: each costs some work, however small it is. */
const MAX_PIECES = 65_536;

/**
 * The answer to a request whose body is not read to the end. The answer ends only when the body has ended. If a
 * connection is closed with unread bytes, the kernel resets it. A client that sends everything before it reads would
 * then never see the answer (RFC 9112, section 9.6). `requestTimeout` limits how long this may last.
 */
export function lingeringAnswer(text: string, request: IncomingMessage): Readable {
  const answer = new Readable({ read() {} });
  answer.push(text);
  let bytes = 0;
  let pieces = 0;
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
    pieces += 1;
    if (bytes > MAX_DISCARDED || pieces > MAX_PIECES) request.destroy();
  });
  // Code that began to read the request may have paused it.
  request.resume();
  // Fires at the end of the request, and if the client disconnects.
  request.once('close', () => answer.push(null));
  return answer;
}
