import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { DeclaredRoute } from '../http/declared-routes.js';
import { readIdempotencyKey } from '../http/idempotency-key.js';
import type { AnySchema } from '../json-schema.js';
import type { RequestClass } from './request-schema.js';

/** A part of the request that a handler takes. */
export type HandlerArgument =
  | { kind: 'body'; type: RequestClass | undefined; required: boolean }
  | { kind: 'query'; type: RequestClass }
  | { kind: 'path'; name: string; schema: AnySchema }
  /** in lower case */
  | { kind: 'header'; name: string };

interface Argument {
  index: number;
  data?: unknown;
  factory?: unknown;
  pipes?: unknown[];
}

export function argumentsOf({ controller, handler, name, route }: DeclaredRoute): HandlerArgument[] {
  const found: Record<string, Argument> = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {};
  const types: unknown[] = Reflect.getMetadata('design:paramtypes', controller.prototype, name) ?? [];
  return Object.entries(found)
    .sort(([, one], [, other]) => one.index - other.index)
    .flatMap(([key, { index, data, factory, pipes = [] }]): HandlerArgument[] => {
      const type = requestClass(types[index]);
      // Keys are `KIND:INDEX`. For our own decorators, the kind is a random word.
      switch (Number(key.split(':')[0])) {
        case RouteParamtypes.BODY:
          // The length of a function counts its parameters up to the first one with a default.
          return [{ kind: 'body', type, required: typeof handler === 'function' && index < handler.length }];
        case RouteParamtypes.QUERY:
          if (type === undefined) throw new Error(`${route} holds its query to no class`);
          return [{ kind: 'query', type }];
        case RouteParamtypes.PARAM:
          return pipes
            .filter(isDescribed)
            .map(({ schema }): HandlerArgument => ({ kind: 'path', name: String(data), schema }));
        case RouteParamtypes.HEADERS:
          return [{ kind: 'header', name: String(data).toLowerCase() }];
        default:
          return factory === readIdempotencyKey ? [{ kind: 'header', name: 'idempotency-key' }] : [];
      }
    });
}

/** A pipe of a path parameter that says what it lets through. */
export interface DescribedPipe {
  readonly schema: AnySchema;
}

function isDescribed(pipe: unknown): pipe is DescribedPipe {
  return typeof pipe === 'object' && pipe !== null && 'schema' in pipe;
}

function requestClass(type: unknown): RequestClass | undefined {
  return typeof type === 'function' && type !== Object ? (type as RequestClass) : undefined;
}
