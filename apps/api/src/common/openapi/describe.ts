import { STATUS_CODES } from 'node:http';
import { SetMetadata } from '@nestjs/common';
import type { ProblemCode } from '../problems/catalogue.js';
import type { AnySchema, JsonSchema, Schema } from './schema.js';

/** Headers that only some answers have; what every answer or every counted request has is the document's to know. */
export type AnswerHeader = 'ETag' | 'Location' | 'Idempotency-Replayed' | 'Content-Disposition';

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
  /** by status; all that is not a problem */
  answers: Record<number, AnyAnswer>;
  /** those of the route's own; who asks, limits and the form of the request can always go wrong */
  problems?: readonly ProblemCode[];
  /** of a body that is not held to a class */
  body?: AnySchema;
  /** of path parameters that are not UUIDs */
  params?: Record<string, AnySchema>;
}

/** Metadata key of a handler's {@link Operation}. */
export const OPERATION = 'coordinator-registry:operation';

/** Metadata key of what {@link About} says of a member. */
export const ABOUT = 'coordinator-registry:about';

type Returned<Answers> = Answers[keyof Answers] extends infer One
  ? One extends Answer<infer T>
    ? T
    : never
  : never;

/**
 * What the OpenAPI document says of a route, beyond what its other decorators and the classes of its body and query say
 * already. The compiler holds what the handler returns to the schemas of the answers.
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

/** What a schema cannot tell from a member's rules: `description`, `default`, `examples`. */
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

/** No body: what `If-None-Match` names is still what there is. */
export function unchanged(): Answer<void> {
  return { description: STATUS_CODES[304] ?? '', content: {}, headers: ['ETag'] };
}

/** A body that the handler writes itself, as one of these media types; or text that it returns. */
export function written(
  description: string,
  content: Record<string, AnySchema>,
  ...headers: AnswerHeader[]
): Answer<unknown> {
  return { description, content, headers };
}

function descriptionOf(schema: AnySchema): string {
  const { description } = schema.json;
  return typeof description === 'string' ? description : 'Done';
}
