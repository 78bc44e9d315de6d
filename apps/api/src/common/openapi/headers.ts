import { boolean, dateTime, integer, type JsonSchema, refer, type Schema, string } from '../json-schema.js';

function header(schema: Schema<unknown> | Schema<string> | Schema<number> | Schema<boolean>): JsonSchema {
  const { description, ...rest } = refer(schema);
  return { description, schema: rest };
}

/** Headers of answers. */
export const ANSWER_HEADERS = {
  'X-Request-Id': header(
    string({
      description:
        'names this request in the log and in audit records; taken from the request where that has a sane one',
      pattern: '^[A-Za-z0-9._-]{1,128}$',
      examples: ['7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a'],
    }),
  ),
  'RateLimit-Limit': header(
    integer({ description: 'how many requests the caller may make within any minute', examples: [100] }),
  ),
  'RateLimit-Remaining': header(
    integer({ description: 'how many of them are left now', minimum: 0, examples: [99] }),
  ),
  'RateLimit-Reset': header(
    integer({ description: 'seconds until the whole limit is free again', minimum: 0, examples: [60] }),
  ),
  'Coordinator-Key-Expires': header(
    dateTime({ description: 'when the key of this request expires; absent for a key that never does' }),
  ),
  'Retry-After': header(
    integer({ description: 'seconds to wait before the next try', minimum: 1, examples: [12] }),
  ),
  'WWW-Authenticate': header(
    string({
      description: 'how to say who calls',
      examples: ['Bearer realm="coordinator-registry"'],
    }),
  ),
  ETag: header(
    string({
      description: 'of a job its `rev`, for `If-Match`; of a file its version; `If-None-Match` takes both',
      examples: ['"3"'],
    }),
  ),
  Location: header(
    string({
      description: 'where to read what was created, or where to go on',
      examples: ['/coordinator/jobs/0198c0de-7a3b-7c11-9d2e-5f60718293a4'],
    }),
  ),
  'Set-Cookie': header(
    string({
      description: 'the cookie of the session: its token, or that the browser deletes it',
      pattern: '^__Host-(session|oidc)=',
      examples: ['__Host-session=…; Secure; HttpOnly; SameSite=Strict; Path=/'],
    }),
  ),
  'Idempotency-Replayed': header(
    boolean({ description: 'that this is the answer to an earlier request with the same `Idempotency-Key`' }),
  ),
  'Content-Disposition': header(
    string({
      description: 'a name for the file',
      pattern: '^attachment; filename="[^"]+"$',
      examples: ['attachment; filename="audit-log.ndjson"'],
    }),
  ),
} as const satisfies Record<string, JsonSchema>;

export type AnswerHeaderName = keyof typeof ANSWER_HEADERS;

/** Headers of requests, under the names that handlers use to read them. */
export const REQUEST_HEADERS: Record<string, JsonSchema> = {
  'x-request-id': parameter(
    'X-Request-Id',
    string({
      description:
        'a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced',
      examples: ['deploy-42'],
    }),
  ),
  'idempotency-key': parameter(
    'Idempotency-Key',
    string({
      description:
        'makes a repeat harmless: within 24 hours the same key with the same body gets the answer of the first request',
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x20-\\x7e]+$',
      examples: ['order-4711'],
    }),
  ),
  'if-match': parameter(
    'If-Match',
    string({
      description: "goes on only where the job's `ETag` is one of these, else 412; `*` is any",
      examples: ['"3"'],
    }),
  ),
  'if-none-match': parameter(
    'If-None-Match',
    string({
      description: 'answers 304 without a body if the `ETag` is one of these; `*` is any',
      examples: ['"3"'],
    }),
  ),
  'session-use': parameter(
    'Session-Use',
    string({
      description:
        '`background`: this read does not keep the session alive, for reads that a page makes without its reader',
      examples: ['background'],
    }),
  ),
  'last-event-id': parameter(
    'Last-Event-ID',
    string({
      description: 'the position of the last event that the client has; goes before `after`',
      pattern: '^(?:-1|\\d{1,15})$',
      examples: ['41'],
    }),
  ),
  'x-gitea-event': parameter(
    'X-Gitea-Event',
    string({ description: 'set by Gitea: the body is of this event', examples: ['issue_comment'] }),
  ),
  'x-github-event': parameter(
    'X-GitHub-Event',
    string({ description: 'set by GitHub: the body is of this event', examples: ['issue_comment'] }),
  ),
  'x-gitea-delivery': parameter(
    'X-Gitea-Delivery',
    string({
      description: 'set by Gitea: within 7 days the same id is answered with its first job',
      maxLength: 255,
      examples: ['f6266f16-1bf3-46a5-9ea4-602e06ead473'],
    }),
  ),
  'x-github-delivery': parameter(
    'X-GitHub-Delivery',
    string({
      description: 'set by GitHub: within 7 days the same id is answered with its first job',
      maxLength: 255,
      examples: ['72d3162e-cc78-11e3-81ab-4c9367dc0958'],
    }),
  ),
};

function parameter(name: string, schema: Schema<string>): JsonSchema {
  const { description, ...rest } = schema.json;
  return { name, in: 'header', description, schema: rest };
}
