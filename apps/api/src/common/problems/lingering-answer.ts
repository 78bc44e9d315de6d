import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** As many bytes of a body that nobody wants are thrown away before the connection is cut off. */
const MAX_DISCARDED = 67_108_864;
/** And as many pieces: each costs some work, however small it is. */
const MAX_PIECES = 65_536;

/**
 * The answer to a request whose body is not wanted to the end, which is only over when that end has come. The kernel resets a
 * connection that is closed with bytes unread, and a client that sends all before it looks for an answer would never come to that
 * (RFC 9112, section 9.6). How long it may go on is for `requestTimeout` to say.
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
  // Whoever has begun to read it may have paused it.
  request.resume();
  // After its end, and where the client goes away.
  request.once('close', () => answer.push(null));
  return answer;
}
