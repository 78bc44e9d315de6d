import { type AnySchema, array, dateTime, integer, nullable, oneOf, string, uuid } from '../json-schema.js';
import { ENDING_KEY, MEMBERS_AT_FAULT, STANDING } from './members.js';

/** One kind of problem that the API answers with. */
export interface Problem {
  status: number;
  /** the same for every occurrence (RFC 9457, section 3.1.4) */
  title: string;
  /** plain text for people: what happened, and what the caller should do */
  explanation: string;
  /** members that the answer may have in addition to the standard ones */
  members?: Readonly<Record<string, AnySchema>>;
  /** members of an example that must fit each other */
  example?: Readonly<Record<string, unknown>>;
  /** whether the answer says in `Retry-After` when to try again */
  retryAfter?: true;
}

/** Every problem by its code. The answers, the page of each code and docs/errors.md are made from this table. */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    members: { errors: MEMBERS_AT_FAULT },
    example: {
      detail: 'name must be a string',
      errors: [{ member: 'name', message: 'name must be a string' }],
    },
    title: 'The request is not valid',
    explanation:
      'A member of the body, a query parameter, a path parameter or a header breaks a rule. "errors" lists the members at fault, each with a message; if there are unknown members, it lists only those. Correct the request and send it again. A body may have 10,000 members, 100,000 values and 64 levels, and a query 64 parameters.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    explanation:
      'The body could not be read as one JSON text in UTF-8. It is empty, cut off, or has a syntax error. Send valid JSON.',
  },
  'missing-credential': {
    status: 401,
    title: 'A credential is needed',
    explanation:
      'The request carried no key. Coordinators send it as X-API-Key (or as Authorization: Bearer), operators as Authorization: Bearer, a signed-in browser as the cookie of its session.',
  },
  'invalid-credential': {
    status: 401,
    title: 'The credential is not valid',
    explanation:
      'The key is malformed, unknown or wrong, was sent twice, or is of the wrong kind for this route. The answer does not say which. Check that you send the whole key, once, in one header.',
  },
  'key-revoked': {
    status: 401,
    title: 'The key has been revoked',
    explanation:
      'The key was genuine but has been revoked, replaced or deleted. Ask an administrator for a new one.',
  },
  'key-expired': {
    status: 401,
    title: 'The key has expired',
    explanation: 'The key was genuine but has expired. Ask an administrator for a new one.',
  },
  'session-ended': {
    status: 401,
    title: 'The session has ended',
    explanation:
      'The operator has signed out, the session was ended from a list of sessions, or the access key that opened it was rotated, revoked or deleted. Sign in again.',
  },
  'session-expired': {
    status: 401,
    title: 'The session has expired',
    explanation:
      'A session ends after 30 minutes without use, and 12 hours after the operator signed in. Sign in again.',
  },
  'sign-in-failed': {
    status: 401,
    title: 'The sign-in with the provider failed',
    explanation:
      'The browser has begun no sign-in, or more than 10 minutes ago; the answer of the OpenID provider does not belong to the sign-in, or was used before; or the clock of the provider is more than half a minute late. Start the sign-in again.',
  },
  'sign-in-refused': {
    status: 403,
    title: 'The person may not sign in',
    explanation:
      'The OpenID provider has not signed the person in, no rule of OIDC_OPERATORS matches its account, or an administrator has deleted its operator. Ask an administrator.',
  },
  'cross-site-request': {
    status: 403,
    title: 'The request comes from another site',
    explanation:
      'A request that may change something, and is made with a session, must come from a page of this server: with `Sec-Fetch-Site: same-origin` or, without this header, with an `Origin` whose host is that of the request. Browsers set both. A program sends an access key as `Authorization: Bearer` instead.',
  },
  'https-required': {
    status: 403,
    title: 'Signing in needs https',
    explanation:
      'A browser keeps the cookie of a session only if the page came over https, or from this machine. Open the console over https, or at http://localhost. Behind a proxy that ends TLS, have it send X-Forwarded-Proto.',
  },
  'coordinator-suspended': {
    status: 403,
    title: 'The coordinator is suspended',
    explanation:
      'The key is genuine, but an administrator has suspended its coordinator. Every request is refused until an administrator activates it again.',
  },
  'network-forbidden': {
    status: 403,
    members: {
      address: string({ description: 'the address of the caller, as the server sees it' }),
    },
    example: { address: '198.51.100.7' },
    title: 'Calls from this network are not allowed',
    explanation:
      "The key may be used only from certain networks, and the caller's address is in none of them, or is not known. Call from an allowed network, or have an administrator change the list.",
  },
  'permission-missing': {
    status: 403,
    members: { permission: string({ description: 'the permission that is missing' }) },
    example: { permission: 'jobs:write' },
    title: 'A permission is missing',
    explanation:
      'The caller is known but lacks the permission that this route asks for. An administrator can grant it.',
  },
  'workspace-forbidden': {
    status: 403,
    members: { workspaceId: uuid({ description: 'the workspace that is not allowed' }) },
    example: { workspaceId: '0198c0de-0000-7c11-9d2e-5f60718293a4' },
    title: 'The workspace is not allowed',
    explanation:
      'The caller is known but may not touch this workspace. An administrator can add it to the allowed workspaces.',
  },
  'repository-forbidden': {
    status: 403,
    title: 'The repository is not allowed',
    explanation:
      'The repository is in no workspace, or in one that the caller may not touch; the answer is the same for both. Or the job names another workspace than the one that the repository belongs to. An administrator can register it or allow the workspace.',
  },
  'route-undeclared': {
    status: 403,
    title: 'The route declares no access',
    explanation:
      'The route does not declare who may call it, so every request is refused. This is a fault of the server: report it.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    explanation:
      'There is no such resource, or it belongs to a workspace that the caller may not see; the answer is the same for both.',
  },
  'route-not-found': {
    status: 404,
    title: 'There is no such route',
    explanation: 'No route answers this path. Compare it with /openapi.json.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed',
    explanation:
      'The path exists, but not with this method. The header Allow lists the methods that it has. Nothing was done.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    explanation:
      'The headers and the body must arrive within half a minute. Nothing was done, and the connection is closed. Send it again.',
  },
  'already-exists': {
    status: 409,
    members: {
      member: oneOf(['id', 'slug', 'name', 'repositories'], {
        description: 'the member whose value is taken',
      }),
      values: array(string(), { description: 'the values that are taken' }),
      existingId: uuid({ description: 'the id of the resource that has them' }),
    },
    example: { member: 'slug', values: ['acme'], existingId: '0198c0de-0000-7c11-9d2e-5f60718293a4' },
    title: 'It already exists',
    explanation:
      'A value that must be unique (an id, a slug, a name or a repository) is taken. Choose another, or use what exists.',
  },
  'last-admin': {
    status: 409,
    title: 'The last administrator cannot be removed',
    explanation:
      'The change would leave no operator with the role ADMIN whose key has not expired. Make another operator an ADMIN first, or rotate the key of one, then try again.',
  },
  'illegal-transition': {
    status: 409,
    members: STANDING,
    example: {
      detail: 'Cannot complete a PENDING job: claim or start it first.',
      currentStatus: 'PENDING',
      attempt: 0,
      rev: 1,
      allowed: ['claim', 'start', 'fail', 'cancel'],
    },
    title: 'The state does not allow this',
    explanation:
      'The status of the job, or of the key, does not allow the change. "currentStatus" says where it stands; for a job "attempt" and "rev" do too, and "allowed" lists what can be done now.',
  },
  'job-cancelled': {
    status: 409,
    members: STANDING,
    example: {
      detail: 'The job was cancelled. Stop working on it.',
      currentStatus: 'CANCELLED',
      attempt: 1,
      rev: 3,
      allowed: [],
    },
    title: 'The job was cancelled',
    explanation: 'The job was cancelled, so nothing more can be reported for it. Stop working on it.',
  },
  'attempts-exhausted': {
    status: 409,
    members: { ...STANDING, maxAttempts: integer({ description: 'how many attempts the job may have' }) },
    example: {
      detail: 'All 3 attempts are used. Create a new job.',
      currentStatus: 'FAILED',
      attempt: 3,
      rev: 9,
      allowed: [],
      maxAttempts: 3,
    },
    title: 'All attempts are used',
    explanation:
      'The job has failed as many times as "maxAttempts" allows, so it cannot be retried. Create a new job to do the work again.',
  },
  'job-final': {
    status: 409,
    members: STANDING,
    example: {
      detail: 'The job was closed for good. Create a new job.',
      currentStatus: 'FAILED',
      attempt: 1,
      rev: 3,
      allowed: [],
    },
    title: 'The job was closed for good',
    explanation:
      'The coordinator reported with "final" that another attempt cannot help, so the job cannot be retried. Create a new job to do the work again.',
  },
  'running-limit-reached': {
    status: 409,
    members: {
      ...STANDING,
      limitOf: oneOf(['coordinator', 'workspace'], { description: 'whose `maxRunning` is reached' }),
    },
    example: {
      detail:
        'The workspace has as many RUNNING jobs as its maxRunning allows. End one first, or try again later.',
      currentStatus: 'PENDING',
      attempt: 0,
      rev: 1,
      allowed: ['claim', 'start', 'fail', 'cancel'],
      limitOf: 'workspace',
    },
    title: 'The limit of RUNNING jobs is reached',
    explanation:
      'The coordinator, or the workspace of the job, has as many RUNNING jobs as its "maxRunning" allows; "limitOf" says which. The job was not started. Try again when a job has ended. A claim does not get this error: it answers 204.',
  },
  'stale-attempt': {
    status: 409,
    members: {
      ...STANDING,
      reason: string({ description: 'why the named attempt ended' }),
      endedAt: dateTime({ description: 'when the named attempt ended' }),
    },
    example: {
      detail: 'Attempt 1 ended at 2026-11-24T12:00:00.000Z: its lease expired. Stop working on it.',
      currentStatus: 'PENDING',
      attempt: 1,
      rev: 4,
      allowed: ['claim', 'start', 'fail', 'cancel'],
      reason: 'lease-expired',
      endedAt: '2026-11-24T12:00:00.000Z',
    },
    title: 'The attempt has ended',
    explanation:
      'The request names an attempt that has ended: "reason" says why, and "endedAt" when. Or it names no attempt, and the present attempt belongs to another coordinator. "currentStatus", "attempt" and "rev" say where the job stands. Stop working on an attempt that has ended. To report for another coordinator, name the attempt.',
  },
  'active-job-exists': {
    status: 409,
    members: { jobId: uuid({ description: 'the id of the active job' }) },
    example: { jobId: '0198c0de-7a3b-7c11-9d2e-5f60718293a4' },
    title: 'There already is an active job',
    explanation:
      'The same workspace, repository, issue and type has an unfinished job. Wait until it ends, or cancel it first.',
  },
  'successor-exists': {
    status: 409,
    members: {
      predecessor: ENDING_KEY('the key that was to be rotated'),
      successor: ENDING_KEY('its live successor'),
    },
    example: {
      predecessor: {
        id: '0198c0de-7a3b-7c11-9d2e-5f60718293a4',
        expiresAt: '2026-11-25T12:00:00.000Z',
      },
      successor: { id: '0198c0de-8b4c-7c11-9d2e-5f60718293a4', expiresAt: null },
    },
    title: 'The key has a successor',
    explanation:
      'The key was rotated before, and its successor is live. "predecessor" says when the old key ends, and "successor" names the new one. Use the successor. If its text was lost, an administrator can revoke it; then the old key can be rotated again.',
  },
  'record-unsealed': {
    status: 409,
    retryAfter: true,
    title: 'The record is not sealed yet',
    explanation:
      'A record is proven by a checkpoint, and no checkpoint covers this record yet. It takes about a second after the record was written. Wait as many seconds as Retry-After says, then ask again. If it takes longer, sealing has stopped: see /health/ready.',
  },
  'precondition-failed': {
    status: 412,
    members: STANDING,
    example: {
      detail: 'If-Match does not name the present rev, 4.',
      currentStatus: 'RUNNING',
      attempt: 1,
      rev: 4,
      allowed: ['progress', 'complete', 'fail', 'cancel'],
    },
    title: 'The resource has changed',
    explanation:
      'If-Match names another revision than the current one. Read the resource again, and decide again.',
  },
  'content-too-large': {
    status: 413,
    members: {
      member: string({
        description: 'the member that is too large, if it is not the whole body',
      }),
      limit: integer({ description: 'maximum number of bytes of the member or the body' }),
    },
    example: { member: 'metadata', limit: 262_144 },
    title: 'Too large',
    explanation:
      'The body is larger than the route takes. "limit" says how many bytes it may have: 16 KiB for most routes, 1 MiB for the data of a job, 3 MiB for a fail, 25 MiB for a delivery. "metadata", "result", "gateResults", "context" and "comment" may have 256 KiB each. Send less.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of the wrong type',
    explanation:
      'Bodies are JSON. Send them with Content-Type: application/json, and not compressed: without Content-Encoding.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    explanation:
      'Within 24 hours the same Idempotency-Key came with another body. Repeat a request exactly, or use a new key for a new one.',
  },
  'rate-limited': {
    status: 429,
    retryAfter: true,
    title: 'Too many requests',
    explanation:
      'The caller has used up its limit of requests a minute. Wait as many seconds as Retry-After says, then go on.',
  },
  'too-many-failures': {
    status: 429,
    retryAfter: true,
    title: 'Too many failed attempts',
    explanation:
      'Too many wrong keys came from this address within a minute. Wait as many seconds as Retry-After says, and check the key.',
  },
  'position-unknown': {
    status: 409,
    members: {
      newest: integer({ description: 'the position of the newest sealed record; -1: there is none' }),
    },
    example: { newest: 41 },
    title: 'The log has no such position yet',
    explanation:
      'The position comes after the newest sealed record of the audit log, so it is not from this log, or the database was set back to an older state. Find out which, see docs/audit-log.md, before you read on from another position.',
  },
  'position-pruned': {
    status: 410,
    members: {
      oldest: nullable(
        integer({ description: 'the position of the oldest sealed record; null: there is none' }),
      ),
    },
    example: { oldest: 41 },
    title: 'The records after this position are gone',
    explanation:
      'Retention has removed records that come after the position. They cannot be read any more. To read on, leave "after" out: the feed then begins with the oldest record.',
  },
  'exports-limited': {
    status: 429,
    retryAfter: true,
    title: 'An export is running already',
    explanation:
      'An operator may have one export of the audit log running at a time, and a server runs two. Wait until yours has ended, or as many seconds as Retry-After says, then try again.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    explanation:
      'The first line and the headers may have 16 KiB together, and the request 100 header fields. Send less.',
  },
  'provider-unavailable': {
    status: 502,
    title: 'The OpenID provider does not answer',
    explanation:
      'The OpenID provider of OIDC_ISSUER cannot be reached, answers with an error, or refuses this server: the log of the server has the request id and a code. Nothing was done. Try again, or sign in with an access key.',
  },
  overloaded: {
    status: 503,
    retryAfter: true,
    title: 'The server cannot take this request now',
    explanation:
      'The server is busy, or it is stopping. Nothing was done. Wait as many seconds as Retry-After says, then try again.',
  },
  'database-unavailable': {
    status: 503,
    retryAfter: true,
    title: 'The database is not available',
    explanation:
      'The database is away, too slow to answer, or takes no changes. "detail" says whether nothing was done, or a part of the change is stored. If it is not known whether the change was made, read the resource first, or repeat the request with the same Idempotency-Key.',
  },
  'internal-error': {
    status: 500,
    title: 'The server failed',
    explanation:
      'The server has a fault. Report it with the request id: the server logged the error under that id.',
  },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
