import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { MAX_JSON_BODY } from './body-limit.js';
import { SharedQuota } from './shared-quota.js';

const MIB = 1_048_576;
const FIRST_CAPACITY = 4_096;
/**
 * The maximum number of pieces that a connection may send. It may send one more for every {@link MIN_PIECE} bytes that
 * have arrived on it, headers included.
 *
 * Each piece costs some work, however small it is. A body of 1 MiB in Ethernet packets has 750 pieces; chunks of one
 * byte are an attack.
 */
const MAX_PIECES = 16_384;
/** In bytes. The headers of one request are longer. */
const MIN_PIECE = 128;

/** The holder whose share of the memory a body uses. */
export type BodyHolder =
  | { kind: 'caller'; id: string }
  /** the sender is not authenticated: the client's network, see `sourceNetwork` */
  | { kind: 'network'; network: string };

const TOO_MANY_BODIES = { detail: 'Too many unfinished request bodies are held.', retryAfterSeconds: 1 };
const heldOfCallers = new SharedQuota(64 * MIB, 16 * MIB, TOO_MANY_BODIES);
/** Separate from the memory for callers, so that requests without a credential cannot block callers. */
const heldOfNetworks = new SharedQuota(16 * MIB, MIB, TOO_MANY_BODIES);
/** Separate too, because one delivery may be larger than the share of a network. */
const heldOfDeliveries = new SharedQuota(64 * MIB, 32 * MIB, TOO_MANY_BODIES);

function heldOf({ kind }: BodyHolder, limit: number): SharedQuota {
  if (limit > MAX_JSON_BODY) return heldOfDeliveries;
  return kind === 'caller' ? heldOfCallers : heldOfNetworks;
}

/** Whether the request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Methods that are answered without waiting for a body. Node discards the body. */
const BODYLESS = ['GET', 'HEAD', 'TRACE'];

/** Whether everything that the answer waits for has arrived, read or not. */
export function isWhole({ complete, method = '' }: IncomingMessage): boolean {
  return complete || BODYLESS.includes(method);
}

/** Whether a part of the body that the answer would wait for has not arrived. */
export function isUnread(request: IncomingMessage): boolean {
  return !isWhole(request) && hasBody(request);
}

/**
 * Reads the body and passes it to `use`. Its bytes count as held until `use` returns.
 *
 * The body goes into one buffer. The buffer grows with the bytes that have arrived, not with the announced length, and
 * independent of the number of pieces.
 *
 * @param limit in bytes
 * @param holder whose share of the memory the body uses
 * @throws DomainError `unsupported-media-type` for a compressed body; `content-too-large`; `overloaded`;
 * `invalid-request` if the body breaks off or has too many chunks
 */
export async function withBody<T>(
  request: IncomingMessage,
  answer: ServerResponse,
  { limit, holder }: { limit: number; holder: BodyHolder },
  use: (body: Buffer) => T,
): Promise<T> {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw new DomainError(
      'unsupported-media-type',
      'The body is compressed. Send it without Content-Encoding.',
    );
  }
  const announced = Number(request.headers['content-length'] ?? limit);
  if (announced > limit) throw tooLarge(limit);
  const bytes = new GrowingBuffer(announced, limit, holder);
  try {
    // The server wants the body only now. An HTTP/1.0 client does not know the interim answer (RFC 9110, section
    // 10.1.1).
    if (request.headers.expect?.toLowerCase() === '100-continue' && request.httpVersion === '1.1') {
      answer.writeContinue();
    }
    await readInto(bytes, request, answer);
    return use(bytes.content());
  } finally {
    bytes.release();
  }
}

/** The number of pieces of all bodies read from the connection. */
const piecesOf = new WeakMap<Socket, number>();

function readInto(bytes: GrowingBuffer, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const { socket } = request;
    const end = (error?: unknown) => {
      request.off('data', onData).off('end', onEnd).off('error', onBreak).off('close', onBreak);
      answer.off('close', onBreak);
      // The code that sends the answer decides what happens to the rest of the body.
      request.pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onEnd = () => end();
    const onBreak = () => end(new InvalidRequestError('The body ended early.'));
    const onData = (piece: Buffer) => {
      try {
        const pieces = (piecesOf.get(socket) ?? 0) + 1;
        piecesOf.set(socket, pieces);
        if (pieces > MAX_PIECES + socket.bytesRead / MIN_PIECE) {
          throw new InvalidRequestError('The body has too many chunks.');
        }
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
    // Node emits no further event for a request that was answered meanwhile, for example one that is not HTTP.
    answer.once('close', onBreak);
  });
}

class GrowingBuffer {
  private bytes = Buffer.alloc(0);
  private length = 0;
  private readonly held: SharedQuota;
  private readonly holder: string;

  /** @param expected the maximum, in bytes; memory is allocated as the bytes arrive */
  constructor(
    private readonly expected: number,
    private readonly limit: number,
    holder: BodyHolder,
  ) {
    this.held = heldOf(holder, limit);
    this.holder = holder.kind === 'caller' ? holder.id : holder.network;
  }

  append(piece: Buffer): void {
    const length = this.length + piece.length;
    if (length > this.limit) throw tooLarge(this.limit);
    if (length > this.bytes.length) {
      const ahead = Math.min(this.expected, Math.max(FIRST_CAPACITY, 2 * this.bytes.length));
      this.grow(Math.max(length, ahead));
    }
    piece.copy(this.bytes, this.length);
    this.length = length;
  }

  content(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  release(): void {
    this.held.giveBack(this.holder, this.bytes.length);
    this.bytes = Buffer.alloc(0);
  }

  private grow(capacity: number): void {
    this.held.take(this.holder, capacity - this.bytes.length);
    const grown = Buffer.allocUnsafe(capacity);
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

function tooLarge(limit: number): DomainError {
  return new DomainError('content-too-large', `The body is larger than ${limit / 1_024} KiB.`, {
    members: { limit },
  });
}
