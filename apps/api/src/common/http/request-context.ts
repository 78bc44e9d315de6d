import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../access/caller.js';
import type { ProblemCode } from '../problems/catalogue.js';
import type { BodyType } from './body-limit.js';
import { holdsKey, type PresentedCredential, takeCredential } from './credential.js';
import type { SharedWait } from './shared-wait.js';
import type { SourceAddressOf } from './source-address.js';
import type { Wait } from './wait.js';

/** What the server knows of a request. The required members are set before any other hook. Guards and the error filter
 * add the optional ones. */
export interface RequestContext {
  /** the client's `X-Request-Id` if it is well-formed, otherwise a new UUID */
  requestId: string;
  /**
   * the client's address by `TRUST_PROXY`, with IPv4-mapped IPv6 written as IPv4; null if it is unknown, and then it is
   * in no network
   */
  sourceAddress: string | null;
  /** cut to 512 characters */
  userAgent: string | null;
  credential: PresentedCredential;
  /** set by a guard once the secret is verified */
  caller?: Caller;
  /** the state of the caller's limit, including this request; set by the guard that counts */
  rateLimit?: RateLimitStanding;
  /** called if the answer is that the caller's key itself may not be used */
  onKeyRefused?: () => void;
  /** of the body, if there may be one */
  bodyType?: BodyType;
  /** set once a count may have to wait for other replicas */
  sharedWait?: SharedWait;
  /** if the answer may be held back */
  wait?: Wait;
  /** the code of the problem in the answer, if any */
  problem?: ProblemCode;
}

export interface RateLimitStanding {
  /** requests in any minute */
  limit: number;
  /** the requests that are left */
  remaining: number;
  /** time until the whole limit is free again, without further requests */
  resetSeconds: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    ctx: RequestContext;
  }
}

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const MAX_USER_AGENT_LENGTH = 512;

/** Reads it from the request. After that, no header contains the credential. */
export function createRequestContext(
  request: IncomingMessage,
  sourceAddressOf: SourceAddressOf,
): RequestContext {
  return {
    requestId: requestIdOf(request),
    sourceAddress: sourceAddressOf(request),
    userAgent: userAgentOf(request),
    credential: takeCredential(request),
  };
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  const sane = typeof given === 'string' && SANE_REQUEST_ID.test(given) && !holdsKey(given);
  return sane ? given : randomUUID();
}

function userAgentOf({ headers }: IncomingMessage): string | null {
  const given = headers['user-agent'];
  return given === undefined || holdsKey(given) ? null : given.slice(0, MAX_USER_AGENT_LENGTH);
}
