import type { FastifyReply } from 'fastify';
import { withoutKeys } from '../http/credential.js';
import { isUnread } from '../http/request-body.js';
import type { RequestContext } from '../http/request-context.js';
import { PROBLEMS, type Problem } from './catalogue.js';
import type { DomainError } from './domain-error.js';
import { lingeringAnswer } from './lingering-answer.js';

const OUTCOME_UNKNOWN =
  'It is not known whether the change was made: read the resource first, or repeat the request with the same Idempotency-Key.';

/** The answer of RFC 9457 for an error; members of its own never replace the standard ones. */
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
  // A body that was under way when the error arose had its own.
  reply.removeHeader('content-length');
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="coordinator-registry"');
  if (error.extra.retryAfterSeconds !== undefined) {
    reply.header('retry-after', Math.max(1, Math.ceil(error.extra.retryAfterSeconds)));
  }
  // What is blamed is quoted, and may hold a key that was put in the wrong place. Serialised here: Fastify serialises objects for application/json alone.
  const text = withoutKeys(JSON.stringify(problemDocument(error, context.requestId, reply.request.method)));
  const { raw } = reply.request;
  if (!isUnread(raw)) {
    reply.send(text);
    return;
  }
  // The body of most requests is in the packet of their headers, and Node is about to read it from there.
  setImmediate(() => {
    // The connection may have broken meanwhile, and the answer to that be on its way.
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
