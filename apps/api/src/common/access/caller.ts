import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * The authenticated caller, without its rights. Postgres decides by `kid` what the caller may do, in the statement that
 * does the work.
 */
export interface Caller {
  kind: 'coordinator' | 'operator';
  /** the public part of the key; for a signed delivery, the id of the webhook; for a session, its id; for an identity, its id */
  kid: string;
  /** the id of the key, of the webhook, or of the identity at the provider; for a session, of what opened it */
  keyId: string;
  /** the coordinator authenticated with a webhook's signature, not with a key */
  signed?: true;
  /** the operator authenticated with a session, not with a key */
  session?: true;
  /** the provider has authenticated the operator, who opens a session now */
  identity?: true;
  id: string;
  name: string;
  /** the maximum number of requests within any minute, over all its keys */
  rateLimitPerMinute: number;
  /** the permission that the route declares; null: a valid key is enough */
  permission: string | null;
  requestId: string;
  /** null: unknown */
  sourceAddress: string | null;
  userAgent: string | null;
  /** why the caller asks for a change, in its own words; the records of that change keep it */
  reason?: string;
}

/** @throws Error on a route whose guards have authenticated no caller */
export function provenCaller(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>().ctx;
  if (caller === undefined) throw new Error('no guard has set a caller yet');
  return caller;
}

/** The authenticated {@link Caller} of the request. Use it only on routes whose guard authenticates the caller. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  provenCaller(context),
);
