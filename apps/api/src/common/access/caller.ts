import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who is asking: proven, but with no rights. What it may do is decided by Postgres, by `kid`, in the statement that does it. */
export interface Caller {
  kind: 'coordinator' | 'operator';
  /** the public half of the key; of a signed delivery, the webhook's id */
  kid: string;
  /** the key's id, or the webhook's */
  keyId: string;
  /** a coordinator that has proven itself by a webhook's signature, not by a key */
  signed?: true;
  id: string;
  name: string;
  /** how many requests it may make within any minute, over all its keys */
  rateLimitPerMinute: number;
  /** what the route declared; null: good standing will do */
  permission: string | null;
  requestId: string;
  /** null: not known */
  sourceAddress: string | null;
  userAgent: string | null;
}

/** @throws Error on a route whose guards have proven nobody */
export function provenCaller(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>().ctx;
  if (caller === undefined) throw new Error('no guard has proven a caller yet');
  return caller;
}

/** The proven {@link Caller} of the request; only on routes whose guard proves one. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  provenCaller(context),
);
