import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Middleware } from 'openapi-fetch';
import type { ClientEvent } from './event.js';
import { type Key, readKey } from './key.js';
import { asProblem, retryAfterOf, UnexpectedAnswerError, UnreachableError } from './problem.js';
import { isRepeatable, takesIdempotencyKey } from './repeatable.js';

export interface TransportOptions {
  /** address of the server, such as `https://registry.example` */
  url: string;
  key: Key;
  /**
   * How long a request is repeated, in seconds, while the server is unreachable or asks to wait (429, 503). Workers and feeds go on
   * without an end.
   *
   * @defaultValue 60
   */
  retrySeconds?: number;
  /** called for what the client does by itself, for logs and metrics */
  onEvent?: (event: ClientEvent) => void;
}

export interface Outgoing {
  method: string;
  /** as the document has it, with `{id}` */
  path: string;
  url: string;
  headers: Headers;
  body: string | undefined;
  signal: AbortSignal;
}

/** An attempt that may be made again. */
interface Trouble {
  reason: string;
  isSafe: boolean;
  retryAfterMs: number | undefined;
  /** @throws Error if there was no answer, or none of the registry */
  giveUp(): Response;
}

const DEFAULT_RETRY_SECONDS = 60;
const ANSWER_WITHIN_MS = 30_000;
const MAX_WAIT_SECONDS = 60;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/** The request did not reach a server. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const WORTH_REPEATING = new Set([408, 429, 500, 502, 503, 504]);

/** Sends requests with the key, and repeats those that are safe to repeat. */
export class Transport {
  readonly baseUrl: string;
  private readonly retryMs: number;
  /** What the latest 429 asks of all requests with this key. */
  private quietUntil = 0;

  /** @param onAnswer sees the headers of each answer */
  constructor(
    private readonly options: TransportOptions,
    private readonly credential: (key: string) => [name: string, value: string],
    private readonly onAnswer: (headers: Headers) => void = () => undefined,
  ) {
    const { protocol, username, password, href } = new URL(options.url);
    if (!/^https?:$/.test(protocol)) throw new TypeError(`the url must begin with http: or https:`);
    if (username !== '' || password !== '') throw new TypeError('the url must not have a user or password');
    this.baseUrl = href.replace(/\/+$/, '');
    this.retryMs = 1_000 * (options.retrySeconds ?? DEFAULT_RETRY_SECONDS);
  }

  emit(event: ClientEvent): void {
    this.options.onEvent?.(event);
  }

  /** For openapi-fetch: its requests are sent here. */
  middleware(retryMs: number = this.retryMs): Middleware {
    return {
      onRequest: async ({ request, schemaPath: path }) => {
        const { method, url, headers, signal } = request;
        if (takesIdempotencyKey(method, path) && !headers.has('Idempotency-Key')) {
          headers.set('Idempotency-Key', randomUUID());
        }
        const body = request.body === null ? undefined : await request.text();
        return this.send({ method, path, url, headers, body, signal }, retryMs);
      },
    };
  }

  /**
   * The answer, which may be a problem.
   *
   * @throws UnreachableError if there was no answer in time
   * @throws UnexpectedAnswerError if the answer is not the registry's
   */
  private async send(outgoing: Outgoing, retryMs: number): Promise<Response> {
    const { method, path, signal } = outgoing;
    const deadline = performance.now() + retryMs;
    for (let round = 0; ; ) {
      await pause(Math.min(this.quietUntil, deadline) - performance.now(), signal);
      const key = await readKey(this.options.key);
      const outcome = await this.once(outgoing, key);
      if (outcome instanceof Response) {
        // The key may have been replaced between the read and the answer.
        const isReplaced = outcome.status === 401 && (await readKey(this.options.key)) !== key;
        if (!isReplaced) return outcome;
        continue;
      }
      const { reason, isSafe, retryAfterMs = 0 } = outcome;
      // Full jitter, so that many clients do not come back at once.
      const delayMs = retryAfterMs + Math.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** round);
      if (!isSafe || performance.now() + delayMs > deadline) return outcome.giveUp();
      this.emit({ type: 'request-repeated', method, path, reason, delayMs });
      await pause(delayMs, signal);
      round += 1;
    }
  }

  private async once(outgoing: Outgoing, key: string): Promise<Response | Trouble> {
    const { method, path, url, headers, body, signal } = outgoing;
    const sent = new Headers(headers);
    sent.set(...this.credential(key));
    const isSafe = isRepeatable(method, path, body);
    const timeout = new AbortController();
    const withdraw = (): void => timeout.abort(signal.reason);
    if (signal.aborted) withdraw();
    signal.addEventListener('abort', withdraw, { once: true });
    const timer = setTimeout(
      () => timeout.abort(new Error('there was no answer in time')),
      ANSWER_WITHIN_MS + 1_000 * waitSecondsOf(url, body),
    );
    try {
      const answer = await fetch(url, {
        method,
        headers: sent,
        ...(body !== undefined && { body }),
        // The registry does not redirect, and the key must not go to another server.
        redirect: 'manual',
        signal: timeout.signal,
      });
      this.onAnswer(answer.headers);
      return await this.judge(answer, outgoing, isSafe);
    } catch (error) {
      if (error instanceof UnexpectedAnswerError) throw error;
      signal.throwIfAborted();
      const code = codeOf(error);
      const isSent = !NOT_SENT.has(code ?? '');
      const reason = `${method} ${path}: ${describe(error)}.`;
      return {
        reason,
        isSafe: isSafe || !isSent,
        retryAfterMs: undefined,
        giveUp: () => {
          throw new UnreachableError(reason, isSent ? 'unknown' : 'not-sent', { cause: error });
        },
      };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', withdraw);
    }
  }

  /** Reads JSON whole, so that an answer that breaks off is known here. Anything else is a stream for the caller. */
  private async judge(
    answer: Response,
    { method, path, signal }: Outgoing,
    isSafe: boolean,
  ): Promise<Response | Trouble> {
    const { status, headers, ok } = answer;
    const type = headers.get('content-type') ?? '';
    const isJson = /[/+]json\b/.test(type);
    // A proxy may answer with a page of its own, and call that a success.
    const isPage = ok && /^text\/html\b/.test(type);
    if (ok && !isJson && !isPage)
      return answer.body === null ? answer : new Response(abortable(answer.body, signal), answer);
    if (status === 304) return answer;
    const text = await answer.text();
    const problem = isJson ? JSON.parse(text) : undefined;
    if (ok && !isPage) return new Response(text, answer);
    const isRegistry = asProblem(problem) !== undefined;
    const giveUp = (): Response => {
      if (isRegistry) return new Response(text, answer);
      throw new UnexpectedAnswerError(
        `${method} ${path}: the answer is ${status}, and not from a Coordinator Registry: is the url right?`,
        status,
      );
    };
    if (!WORTH_REPEATING.has(status) && !isPage) return giveUp();
    const retryAfter = retryAfterOf(answer);
    const retryAfterMs = retryAfter === undefined ? undefined : 1_000 * retryAfter;
    const code = asProblem(problem)?.code;
    if (code === 'rate-limited' && retryAfterMs !== undefined) {
      this.quietUntil = performance.now() + retryAfterMs;
    }
    // Both say that nothing was done.
    const isRefused = isRegistry && (status === 429 || code === 'overloaded');
    const reason = `${method} ${path}: ${status} ${code ?? 'without a problem document'}`;
    return { reason, isSafe: isSafe || isRefused, retryAfterMs, giveUp };
  }
}

/** Waits, unless the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return;
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** The request holds the answer back for so long. */
function waitSecondsOf(url: string, body: string | undefined): number {
  const inBody = /"waitSeconds":(\d+)/.exec(body ?? '')?.[1];
  const seconds = Number(inBody ?? new URL(url).searchParams.get('waitSeconds') ?? 0);
  return Math.min(seconds, MAX_WAIT_SECONDS);
}

/** Ends with the signal, also after the answer has begun. */
function abortable(body: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
  return body.pipeThrough(new TransformStream(), { signal });
}

/** fetch puts what went wrong into the cause. */
function codeOf(error: unknown): string | undefined {
  const code = memberOf(memberOf(error, 'cause'), 'code');
  return code === undefined ? undefined : String(code);
}

function describe(error: unknown): string {
  const texts = [memberOf(memberOf(error, 'cause'), 'message'), codeOf(error), memberOf(error, 'message')];
  return String(texts.find((it) => it !== undefined && it !== '') ?? error);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
