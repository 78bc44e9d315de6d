import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { BODY_LIMIT, isStorableText, parseJsonBody } from './json-body.js';

/**
 * JSON is the only type of body. What is wrong with one is kept for {@link RequestRules}, which runs after the guards: who
 * sends nonsense still has to say who it is, and still uses up its limit.
 */
export function registerJsonBody(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (request: FastifyRequest, body: Buffer, done) => {
      // Clients put the type on requests that have no body; where one is needed, its members are missed.
      if (body.length === 0) return done(null, undefined);
      try {
        done(null, parseJsonBody(body));
      } catch (error) {
        if (!(error instanceof DomainError))
          return done(error instanceof Error ? error : new Error(String(error)));
        request.ctx.bodyError = error;
        done(null, undefined);
      }
    },
  );
  // Read as well: only then is it known that an untyped body is not empty, which clients send as chunks of nothing.
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (request, body, done) => {
    if (body.length > 0) {
      request.ctx.bodyError = new DomainError('unsupported-media-type', 'The body must be application/json.');
    }
    done(null, undefined);
  });
}

/**
 * The rules that hold for every request: the last guard of every route, whoever may call it, so that who sends nonsense has said
 * who it is. A guard and not an interceptor, which would wrap each request in observables, for a tenth of what the guards cost.
 */
@Injectable()
export class RequestRules implements CanActivate {
  /** @throws DomainError what is wrong with the body, the query or the path */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.ctx.bodyError !== undefined) throw request.ctx.bodyError;
    assertQuery(request);
    assertParams(request);
    return true;
  }
}

function assertQuery({ url, query }: FastifyRequest): void {
  const start = url.indexOf('?');
  if (start === -1) return;
  let text: string;
  try {
    text = decodeURIComponent(url.slice(start + 1));
  } catch {
    throw new InvalidRequestError('The query has a percent-encoding that is not UTF-8.');
  }
  if (!isStorableText(text)) throw new InvalidRequestError('The query has a NUL character.');
  for (const [member, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) throw InvalidRequestError.of(member, `${member} must be given once`);
  }
}

function assertParams({ params }: FastifyRequest): void {
  for (const value of Object.values(params ?? {})) {
    if (typeof value === 'string' && !isStorableText(value)) {
      throw new InvalidRequestError('The path has a NUL character.');
    }
  }
}
