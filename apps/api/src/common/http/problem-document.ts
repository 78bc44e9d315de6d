import type { FastifyReply } from 'fastify';
import { PROBLEMS, type Problem } from '../problems/catalogue.js';
import type { DomainError } from '../problems/domain-error.js';
import { withoutKeys } from './credential.js';
import { lingeringAnswer } from './lingering-answer.js';
import { isUnread } from './request-body.js';
import type { RequestContext } from './request-context.js';
import { StoppingError } from './stopping.js';

const OUTCOME_UNKNOWN =
  'It is not known whether the change was made: read the resource first, or repeat the request with the same Idempotency-Key.';

/** The RFC 9457 answer for an error. Its own members never replace the standard ones. */
export function problemDocument(
  error: DomainError,
  requestId: string,
  method?: string,
): Record<string, unknown> {
  const { status, title }: Problem = PROBLEMS[error.code];
  const mayHaveChanged = error.extra.outcomeUnknown === true && method !== 'GET' && method !== 'HEAD';
  const standard = {
    type: `/problems/${error.code}`,
    title,
    status,
    detail: mayHaveChanged ? `${error.message} ${OUTCOME_UNKNOWN}` : error.message,
    code: error.code,
    requestId,
  };
  return { ...standard, ...error.extra.members, ...standard };
}

export function sendProblem(reply: FastifyReply, error: DomainError, context: RequestContext): void {
  const { status }: Problem = PROBLEMS[error.code];
  context.problem = error.code;
  reply.status(status);
  reply.header('x-request-id', context.requestId);
  reply.header('content-type', 'application/problem+json; charset=utf-8');
  reply.header('cache-control', 'no-store');
  // If the error arose while a body was being sent, the header is the one of that body.
  reply.removeHeader('content-length');
  if (error instanceof StoppingError) reply.header('connection', 'close');
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="coordinator-registry"');
  if (error.extra.retryAfterSeconds !== undefined) {
    reply.header('retry-after', Math.max(1, Math.ceil(error.extra.retryAfterSeconds)));
  }
  // The detail quotes invalid input, which may contain a key in the wrong place. Serialise here: Fastify serialises
  // objects for application/json only.
  const text = withoutKeys(JSON.stringify(problemDocument(error, context.requestId, reply.request.method)));
  const { raw } = reply.request;
  if (!isUnread(raw)) {
    reply.send(text);
    return;
  }
  // The body of most requests is in the same packet as the headers, and Node is about to read it from there.
  setImmediate(() => {
    // The connection may have broken meanwhile, and the answer to that may already be sent.
    if (reply.raw.headersSent) return;
    if (!isUnread(raw)) {
      reply.send(text);
      return;
    }
    reply.header('connection', 'close');
    reply.header('content-length', Buffer.byteLength(text));
    reply.send(lingeringAnswer(text, raw));
  });
}
