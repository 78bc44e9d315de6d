import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { LARGEST_JSON_BODY } from './body-limit.js';
import { HeldBytes } from './held-bytes.js';

/** Of all unfinished bodies of this process. */
const MOST_HELD = 67_108_864;
const FIRST_CAPACITY = 4_096;
/**
 * Each piece costs some work, however small it is. A body of 1 MiB in packets of Ethernet has 750; chunks of one byte are an attack.
 */
const MOST_PIECES = 16_384;
/** Of a body that is longer than that, a piece has at least so many bytes on average. */
const SMALLEST_PIECE = 512;

const held = new HeldBytes(MOST_HELD);
/**
 * Of deliveries, apart from all others: one may be larger than a caller's share of those. A webhook's delivery is not verified until it is
 * whole, so its holder is the network that it comes from.
 */
const heldOfDeliveries = new HeldBytes(MOST_HELD, MOST_HELD / 2);

/** Whether the request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Methods that are answered without waiting for a body; Node throws away what comes. */
const BODYLESS = ['GET', 'HEAD', 'TRACE'];

/** Whether the answer has all that it waits for, read or not. */
export function isWhole({ complete, method = '' }: IncomingMessage): boolean {
  return complete || BODYLESS.includes(method);
}

/** Whether a part of the body, which the answer would wait for, has not arrived. */
export function isUnread(request: IncomingMessage): boolean {
  return !isWhole(request) && hasBody(request);
}

/**
 * Reads the body and hands it to `use`. Until `use` returns, its bytes count as held.
 *
 * The body goes into one buffer that grows with what has arrived, not with what is announced, and however it was cut into pieces.
 *
 * @param limit in bytes
 * @param holder whose share of the memory the body takes
 * @throws DomainError `content-too-large`; `overloaded`; `invalid-request` if the body breaks off or comes in too many pieces
 */
export async function withBody<T>(
  request: IncomingMessage,
  answer: ServerResponse,
  { limit, holder }: { limit: number; holder: string },
  use: (body: Buffer) => T,
): Promise<T> {
  const announced = Number(request.headers['content-length'] ?? limit);
  if (announced > limit) throw tooLarge(limit);
  const bytes = new GrowingBuffer(announced, limit, holder);
  try {
    // Only now is the body wanted (RFC 9110, section 10.1.1).
    if (request.headers.expect?.toLowerCase() === '100-continue') answer.writeContinue();
    await readInto(bytes, request, answer);
    return use(bytes.content());
  } finally {
    bytes.release();
  }
}

function readInto(bytes: GrowingBuffer, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    let pieces = 0;
    const end = (error?: unknown) => {
      request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak);
      answer.off('close', onBreak);
      // Who answers decides what becomes of the rest.
      request.pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onEnd = () => end();
    const onBreak = () => end(new InvalidRequestError('The body broke off.'));
    const onData = (piece: Buffer) => {
      try {
        pieces += 1;
        if (pieces > Math.max(MOST_PIECES, bytes.limit / SMALLEST_PIECE))
          throw new InvalidRequestError('The body comes in too many pieces.');
        bytes.append(piece);
      } catch (error) {
        end(error);
      }
    };
    if (request.destroyed || answer.closed) {
      onBreak();
      return;
    }
    request.on('data', onData).once('end', onEnd).once('error', onBreak).once('close', onBreak);
    // Of a request that has been answered meanwhile, as one that is not HTTP, Node says nothing more.
    answer.once('close', onBreak);
  });
}

class GrowingBuffer {
  #bytes = Buffer.alloc(0);
  #length = 0;
  readonly #held: HeldBytes;

  /** @param expected bytes, at most; memory is taken as they come */
  constructor(
    private readonly expected: number,
    readonly limit: number,
    private readonly holder: string,
  ) {
    this.#held = limit > LARGEST_JSON_BODY ? heldOfDeliveries : held;
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.limit) throw tooLarge(this.limit);
    if (length > this.#bytes.length) {
      const ahead = Math.min(this.expected, Math.max(FIRST_CAPACITY, 2 * this.#bytes.length));
      this.#grow(Math.max(length, ahead));
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  release(): void {
    this.#held.giveBack(this.holder, this.#bytes.length);
    this.#bytes = Buffer.alloc(0);
  }

  #grow(capacity: number): void {
    this.#held.take(this.holder, capacity - this.#bytes.length);
    const grown = Buffer.allocUnsafe(capacity);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function tooLarge(limit: number): DomainError {
  return new DomainError('content-too-large', `The body is larger than ${limit / 1_024} KiB.`, {
    members: { limit },
  });
}
