import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** As many bytes of a body that nobody wants are thrown away before the connection is cut off. */
const MOST_DISCARDED = 67_108_864;

/**
 * The answer to a request whose body nobody wants to the end, which is only over when that end has come. The kernel resets a
 * connection that is closed with bytes unread, and a client that sends all before it looks for an answer would never come to that
 * (RFC 9112, section 9.6). How long it may go on is for `requestTimeout` to say.
 */
export function lingeringAnswer(text: string, request: IncomingMessage): Readable {
  return Readable.from(saidAndHeard(text, request), { objectMode: false });
}

async function* saidAndHeard(text: string, request: IncomingMessage): AsyncGenerator<string> {
  yield text;
  let discarded = 0;
  try {
    for await (const chunk of request) {
      discarded += Buffer.byteLength(chunk);
      // What leaves the loop early destroys the connection.
      if (discarded > MOST_DISCARDED) break;
    }
  } catch {
    // Whoever goes away has no use for the rest of the answer.
  }
}
