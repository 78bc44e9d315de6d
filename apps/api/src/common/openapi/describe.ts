import { STATUS_CODES } from 'node:http';
import { SetMetadata } from '@nestjs/common';
import type { AnySchema, JsonSchema, Schema } from '../json-schema.js';
import type { ProblemCode } from '../problems/catalogue.js';

/**
 * Headers that only some answers have. The document itself adds the headers of every answer and of every counted
 * request.
 */
export type AnswerHeader =
  | 'ETag'
  | 'Location'
  | 'Set-Cookie'
  | 'Idempotency-Replayed'
  | 'Content-Disposition';

export interface AnyAnswer {
  description: string;
  /** by media type; empty: no body */
  content: Record<string, AnySchema>;
  headers: readonly AnswerHeader[];
}

/** An answer whose body is what a handler returns as `T`. */
export interface Answer<T> extends AnyAnswer {
  readonly type?: (value: T) => T;
}

export interface Operation {
  summary: string;
  details?: string;
  /** by status; all answers that are not problems */
  answers: Record<number, AnyAnswer>;
  /**
   * problems specific to the route; those of authentication, limits and malformed requests are added for every route
   */
  problems?: readonly ProblemCode[];
  /** the schema of a body that is not validated by a class */
  body?: AnySchema;
  /** of path parameters that are not UUIDs */
  params?: Record<string, AnySchema>;
}

/** Metadata key of a handler's {@link Operation}. */
export const OPERATION = 'coordinator-registry:operation';

/** Metadata key of the remarks of {@link About} on a member. */
export const ABOUT = 'coordinator-registry:about';

type Returned<Answers> = Answers[keyof Answers] extends infer One
  ? One extends Answer<infer T>
    ? T
    : never
  : never;

/**
 * Describes a route in the OpenAPI document, beyond what its other decorators and the classes of its body and query
 * already say. The compiler checks the handler's return type against the schemas of the answers.
 */
export function Describe<const Answers extends Record<number, AnyAnswer>>(
  operation: Operation & { answers: Answers },
) {
  return <
    Handler extends (...args: never[]) => Returned<NoInfer<Answers>> | Promise<Returned<NoInfer<Answers>>>,
  >(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    SetMetadata(OPERATION, operation)(target, name, descriptor);
  };
}

/** Adds what the rules of a member cannot express: `description`, `default`, `examples`. */
export function About(remarks: JsonSchema): PropertyDecorator {
  return (target, name) => {
    const known: unknown = Reflect.getMetadata(ABOUT, target, name);
    Reflect.defineMetadata(ABOUT, { ...(known ?? {}), ...remarks }, target, name);
  };
}

/** A body in JSON. */
export function json<T>(schema: Schema<T>, ...headers: AnswerHeader[]): Answer<T> {
  return { description: descriptionOf(schema), content: { 'application/json': schema }, headers };
}

/** No body. */
export function nothing(description = STATUS_CODES[204] ?? ''): Answer<void> {
  return { description, content: {}, headers: [] };
}

/** No body: the client's copy, named in `If-None-Match`, is still current. */
export function unchanged(): Answer<void> {
  return { description: STATUS_CODES[304] ?? '', content: {}, headers: ['ETag'] };
}

/** A body that the handler writes itself in one of these media types, or text that it returns. */
export function written(
  description: string,
  content: Record<string, AnySchema>,
  ...headers: AnswerHeader[]
): Answer<unknown> {
  return { description, content, headers };
}

function descriptionOf(schema: AnySchema): string {
  const { description } = schema.json;
  if (typeof description !== 'string') throw new Error('the schema of an answer has no description');
  return description;
}
