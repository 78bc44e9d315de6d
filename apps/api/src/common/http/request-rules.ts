import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { catchError, defer, type Observable } from 'rxjs';
import type { RightsCheck } from '../access/rights-check.js';
import type { ProblemCode } from '../problems/catalogue.js';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { toDomainError } from '../problems/translate.js';
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

/** What a request is told before any statement has looked at its caller's rights. */
const BLAME: readonly ProblemCode[] = [
  'content-too-large',
  'invalid-request',
  'malformed-json',
  'unsupported-media-type',
];

/**
 * The rules that hold for every request whose caller has got past the guards. Rights come first: a caller who has none is told
 * so, and the log with it, whatever is wrong with the request.
 */
export class RequestRules implements NestInterceptor {
  constructor(private readonly rights?: RightsCheck) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller, bodyError } = request.ctx;
    return defer(() => {
      if (bodyError !== undefined) throw bodyError;
      assertQuery(request);
      assertParams(request);
      return next.handle();
    }).pipe(
      catchError(async (error: unknown) => {
        const blamed = toDomainError(error);
        if (caller !== undefined && blamed !== undefined && BLAME.includes(blamed.code)) {
          await this.rights?.assertAllowed(caller);
        }
        throw error;
      }),
    );
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
