import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import type { ProblemCode } from '../problems/catalogue.js';
import type { DomainError } from '../problems/domain-error.js';
import { holdsKey, type PresentedCredential, takeCredential } from './credential.js';

/** What is known of a request before anything else looks at it. */
export interface RequestContext {
  /** the client's `X-Request-Id` where that is sane, else a fresh UUID */
  requestId: string;
  /** the client's address by `TRUST_PROXY`, IPv4-mapped IPv6 written as IPv4 */
  sourceAddress: string;
  /** cut to 512 characters */
  userAgent: string | null;
  credential: PresentedCredential;
  /** set by a guard once the secret is proven */
  caller?: Caller;
  /** to be told when the answer is that the caller's key itself may not be used */
  onKeyRefused?: () => void;
  /** what is wrong with the body; thrown once the caller is known */
  bodyError?: DomainError;
  /** the code of the problem that was answered, if one was */
  problem?: ProblemCode;
}

declare module 'fastify' {
  interface FastifyRequest {
    ctx: RequestContext;
  }
}

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const LONGEST_USER_AGENT = 512;

/**
 * Gives every request its {@link RequestContext} as `request.ctx`, and returns its id as `X-Request-Id`. From then on the
 * credential is in no header any more.
 */
export function registerRequestContext(fastify: FastifyInstance): void {
  fastify.decorateRequest('ctx');
  fastify.addHook('onRequest', (request, reply, done) => {
    request.ctx = createRequestContext(request);
    reply.header('x-request-id', request.ctx.requestId);
    done();
  });
}

/** For requests that Fastify turns down before its hooks run, too. */
export function createRequestContext(request: FastifyRequest): RequestContext {
  return {
    requestId: requestIdOf(request.raw),
    sourceAddress: addressOf(request),
    userAgent: userAgentOf(request.raw),
    credential: takeCredential(request.raw),
  };
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  const sane = typeof given === 'string' && SANE_REQUEST_ID.test(given) && !holdsKey(given);
  return sane ? given : randomUUID();
}

function userAgentOf({ headers }: IncomingMessage): string | null {
  const given = headers['user-agent'];
  return given === undefined || holdsKey(given) ? null : given.slice(0, LONGEST_USER_AGENT);
}

/** What a proxy forwards need not be an address; then the proxy's own stands for it. A gone socket has none. */
function addressOf(request: FastifyRequest): string {
  return addressIn(request.ip) ?? addressIn(request.raw.socket.remoteAddress) ?? '0.0.0.0';
}

function addressIn(text: string | undefined): string | undefined {
  // The zone of a link-local address means something on one machine only, and Postgres takes none.
  const address = unmapped(text?.replace(/%.*$/, '') ?? '');
  return isIP(address) === 0 ? undefined : address;
}

/** A socket that listens on `::` names IPv4 clients `::ffff:a.b.c.d`; networks and limits are about the IPv4 address. */
export function unmapped(address: string): string {
  const last = address.slice(address.lastIndexOf(':') + 1);
  return address.toLowerCase().startsWith('::ffff:') && isIPv4(last) ? last : address;
}
