import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../access/caller.js';
import type { ProblemCode } from '../problems/catalogue.js';
import type { BodyType } from './body-limit.js';
import { holdsKey, type PresentedCredential, takeCredential } from './credential.js';
import type { SourceAddressOf } from './source-address.js';

/** What is known of a request before anything else looks at it. */
export interface RequestContext {
  /** the client's `X-Request-Id` where that is sane, else a fresh UUID */
  requestId: string;
  /** the client's address by `TRUST_PROXY`, IPv4-mapped IPv6 written as IPv4; null if it is not known, and then in no network */
  sourceAddress: string | null;
  /** cut to 512 characters */
  userAgent: string | null;
  credential: PresentedCredential;
  /** set by a guard once the secret is proven */
  caller?: Caller;
  /** how the caller's limit stands, this request counted; set by the guard that counts */
  rateLimit?: RateLimitStanding;
  /** to be told when the answer is that the caller's key itself may not be used */
  onKeyRefused?: () => void;
  /** of the body, if there may be one */
  bodyType?: BodyType;
  /** the code of the problem that was answered, if one was */
  problem?: ProblemCode;
}

export interface RateLimitStanding {
  /** requests in any minute */
  limit: number;
  /** how many of them are left */
  remaining: number;
  /** until the whole limit is free again, if nothing else comes */
  resetSeconds: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    ctx: RequestContext;
  }
}

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const MAX_USER_AGENT_LENGTH = 512;

/**
 * Gives every request its {@link RequestContext} as `request.ctx`, and returns its id as `X-Request-Id`. From then on the
 * credential is in no header any more.
 */
export function registerRequestContext(fastify: FastifyInstance, sourceAddressOf: SourceAddressOf): void {
  fastify.decorateRequest('ctx');
  fastify.addHook('onRequest', (request, reply, done) => {
    request.ctx = createRequestContext(request.raw, sourceAddressOf);
    reply.header('x-request-id', request.ctx.requestId);
    done();
  });
}

/** For requests that Fastify turns down before its hooks run, too. */
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
