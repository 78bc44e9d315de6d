import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { isStorableText } from './json-body.js';

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
    if (request.ctx.caller !== undefined) assertQueryIsRead(context, request);
    assertParams(request);
    return true;
  }
}

/**
 * Where the handler reads no query, whoever sends a parameter believes that it does something. Not of who calls without a
 * credential: probes and browsers add parameters of their own.
 */
function assertQueryIsRead(context: ExecutionContext, { query }: FastifyRequest): void {
  const [member] = Object.keys(query ?? {});
  if (member === undefined) return;
  const found: object =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {};
  if (Object.keys(found).some((it) => it.startsWith(`${RouteParamtypes.QUERY}:`))) return;
  throw InvalidRequestError.of(member, 'this route takes no query parameters');
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
