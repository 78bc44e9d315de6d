import { parse } from 'node:querystring';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { bodyLimitOf, takesRawBody } from './body-limit.js';
import { isStorableText, parseBody } from './json-body.js';
import { formOf } from './repeated-members.js';
import { type BodyHolder, hasBody, withBody } from './request-body.js';
import { sourceNetwork } from './source-network.js';

/** No route takes half as many. */
const MAX_PARAMETERS = 64;

/**
 * Checks the rules that hold for every request. It is the last guard of every route, so the caller of an invalid
 * request is already known. It also reads the body, so a request that an earlier guard refuses costs no more than its
 * headers.
 *
 * It is a guard and not an interceptor: an interceptor wraps each request in observables, which costs a tenth as much
 * as all guards.
 */
@Injectable()
export class RequestRules implements CanActivate {
  /** @throws DomainError what is wrong with the query, the path or the body */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    assertQuery(request, context);
    if (request.ctx.caller !== undefined) assertQueryIsRead(context, request);
    assertParams(request);
    const { bodyType, caller, sourceAddress } = request.ctx;
    if (bodyType === undefined || !hasBody(request.raw)) return true;
    const raw = takesRawBody(context.getHandler());
    const isWrongType = !raw && bodyType !== 'json';
    // A chunked body may be empty: some clients send one with every POST.
    if (isWrongType && request.raw.headers['transfer-encoding'] === undefined) throw wrongType();
    const holder: BodyHolder =
      caller === undefined
        ? { kind: 'network', network: sourceNetwork(sourceAddress) }
        : { kind: 'caller', id: caller.id };
    const allowed = { limit: bodyLimitOf(context.getHandler()), holder };
    return withBody(request.raw, http.getResponse<FastifyReply>().raw, allowed, (body) => {
      if (isWrongType && body.length > 0) throw wrongType();
      request.body = raw ? { bytes: body, type: bodyType } : parseBody(body);
      return true;
    });
  }
}

function wrongType(): DomainError {
  return new DomainError('unsupported-media-type', 'The body must be application/json.');
}

/** Parses the query only as far as {@link RequestRules} allows. */
export function boundedQuery(text: string): Record<string, unknown> {
  return text === '' ? {} : parse(text, '&', '=', { maxKeys: MAX_PARAMETERS });
}

/**
 * Refuses query parameters if the handler reads none: the caller would wrongly believe that they have an effect. Routes
 * without a credential are exempt, because probes and browsers add their own parameters.
 */
function assertQueryIsRead(context: ExecutionContext, { query }: FastifyRequest): void {
  const [member] = Object.keys(query ?? {});
  if (member === undefined) return;
  const found: object =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {};
  if (Object.keys(found).some((it) => it.startsWith(`${RouteParamtypes.QUERY}:`))) return;
  throw InvalidRequestError.of(member, 'this route takes no query parameters');
}

function assertQuery({ url, query }: FastifyRequest, context: ExecutionContext): void {
  const start = url.indexOf('?');
  if (start === -1) return;
  const written = url.slice(start + 1);
  if (written.split('&', MAX_PARAMETERS + 1).length > MAX_PARAMETERS) {
    throw new InvalidRequestError(`The query has more than ${MAX_PARAMETERS} parameters.`);
  }
  let text: string;
  try {
    text = decodeURIComponent(written);
  } catch {
    throw new InvalidRequestError('The query has a percent-encoding that is not UTF-8.');
  }
  if (!isStorableText(text)) throw new InvalidRequestError('The query has a NUL character.');
  for (const [member, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value) && !mayRepeat(context, member)) {
      throw InvalidRequestError.of(member, `${member} must be given once`);
    }
  }
}

/** Whether the class of the handler's query says so. */
function mayRepeat(context: ExecutionContext, member: string): boolean {
  const { name } = context.getHandler();
  const controller = context.getClass();
  const found: object = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {};
  const types: unknown[] = Reflect.getMetadata('design:paramtypes', controller.prototype, name) ?? [];
  return Object.keys(found).some((it) => {
    const [kind, index] = it.split(':').map(Number);
    const type = kind === RouteParamtypes.QUERY ? types[index ?? -1] : undefined;
    return typeof type === 'function' && formOf(type, member) === 'repeated';
  });
}

function assertParams({ params }: FastifyRequest): void {
  for (const value of Object.values(params ?? {})) {
    if (typeof value === 'string' && !isStorableText(value)) {
      throw new InvalidRequestError('The path has a NUL character.');
    }
  }
}
