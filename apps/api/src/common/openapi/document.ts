import { bodyLimitOf } from '../http/body-limit.js';
import type { DeclaredRoute } from '../http/declared-routes.js';
import { formOf } from '../http/repeated-members.js';
import { type AnySchema, type JsonSchema, refer } from '../json-schema.js';
import { PROBLEMS, type Problem, type ProblemCode } from '../problems/catalogue.js';
import { type AnyAnswer, OPERATION, type Operation } from './describe.js';
import { exampleOf } from './example.js';
import { argumentsOf, type HandlerArgument } from './handler-arguments.js';
import { ANSWER_HEADERS, type AnswerHeaderName, REQUEST_HEADERS } from './headers.js';
import { oneProblemOf, pascalCase, problemSchema } from './problem-schemas.js';
import { bodySchema, membersOf } from './request-schema.js';
import { problemsOf, SECURITY, SECURITY_SCHEMES } from './security.js';

/** The texts of the document itself. */
export interface Introduction {
  info: JsonSchema;
  /** by path prefix; the longest match counts */
  tags: Record<string, Tag>;
}

interface Tag {
  name: string;
  description: string;
  /** Its routes are pages, files and metrics, for which no client needs code: `x-internal`. */
  internal?: true;
}

interface DescribedAnswer {
  description: string;
  headers: JsonSchema;
  content?: JsonSchema;
}

/** Components that operations refer to by name. */
interface Parts {
  schemas: Map<string, JsonSchema>;
  responses: Map<string, DescribedAnswer>;
}

const COUNTED: readonly AnswerHeaderName[] = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];

/**
 * Returns the OpenAPI 3.1 document of these routes.
 *
 * @throws Error for a route without a description, or with one that does not fit it
 */
export function describeRoutes(routes: readonly DeclaredRoute[], { info, tags }: Introduction): JsonSchema {
  const parts: Parts = { schemas: new Map(), responses: new Map() };
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const used = new Set<string>();
  for (const route of routes) {
    const tag = tagOf(route, tags);
    used.add(tag.name);
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, tag, parts) };
  }
  assertDescribed(parts.schemas);
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/', description: 'the server that this document comes from' }],
    tags: [
      ...new Map(Object.values(tags).map(({ name, description }) => [name, { name, description }])).values(),
    ].filter(({ name }) => used.has(name)),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      parameters: REQUEST_HEADERS,
      headers: ANSWER_HEADERS,
      responses: sorted(parts.responses),
      schemas: sorted(parts.schemas),
    },
  };
}

function sorted(parts: ReadonlyMap<string, object>): JsonSchema {
  return Object.fromEntries([...parts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function operationOf(route: DeclaredRoute, tag: Tag, parts: Parts): JsonSchema {
  const operation: Operation | undefined = Reflect.getMetadata(OPERATION, route.handler);
  if (operation === undefined) throw new Error(`${route.route} has no @Describe()`);
  const { access } = route;
  if (access === undefined) throw new Error(`${route.route} does not declare who may call it`);
  const taken = argumentsOf(route);
  const body = bodyOf(route, operation, taken, parts.schemas);
  const answers = answersOf(route, operation, parts.schemas);
  const permission = 'permission' in access ? access.permission : null;
  const description = [
    operation.details,
    permission === null ? undefined : `Needs the permission \`${permission}\`.`,
  ].filter((it) => it !== undefined);
  return {
    operationId: operationId(route),
    tags: [tag.name],
    ...(tag.internal && { 'x-internal': true }),
    summary: operation.summary,
    ...(description.length > 0 && { description: description.join('\n\n') }),
    security: SECURITY[access.kind],
    parameters: parametersOf(route, operation, taken, parts.schemas),
    ...(body !== undefined && { requestBody: body }),
    responses: { ...answers, ...problemAnswersOf(route, operation, answers, parts) },
  };
}

/** `coordinatorJobsCreate` for `CoordinatorJobsController.create`. */
function operationId({ controller, name }: DeclaredRoute): string {
  const group = controller.name.replace(/Controller$/, '');
  return group.charAt(0).toLowerCase() + group.slice(1) + name.charAt(0).toUpperCase() + name.slice(1);
}

function tagOf({ route, path }: DeclaredRoute, tags: Introduction['tags']) {
  const [first] = Object.keys(tags)
    .filter((it) => path === it || path.startsWith(`${it}/`))
    .sort((one, other) => other.length - one.length);
  const tag = first === undefined ? undefined : tags[first];
  if (tag === undefined) throw new Error(`${route} belongs to no tag`);
  return tag;
}

function parametersOf(
  { access, method, route, path }: DeclaredRoute,
  operation: Operation,
  taken: HandlerArgument[],
  named: Map<string, JsonSchema>,
) {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const argument = taken.find((it) => it.kind === 'path' && it.name === name);
    const schema = operation.params?.[name] ?? (argument?.kind === 'path' ? argument.schema : undefined);
    if (schema === undefined) throw new Error(`${route}: there is no description of :${name}`);
    const { description = descriptionOfId(name), ...json } = refer(schema);
    return { name, in: 'path', required: true, description, schema: json };
  });
  const inQuery = taken.flatMap((it) => {
    if (it.kind !== 'query') return [];
    return membersOf(it.type).map(({ name, required, schema: { description, ...schema }, parts }) => {
      if (description === undefined) throw new Error(`${route}: ${name} has no description`);
      for (const part of parts) collect(part, named);
      // The default is to repeat the parameter.
      const listed = formOf(it.type, name) === 'listed' && { style: 'form', explode: false };
      return { name, in: 'query', ...(required && { required }), ...listed, description, schema };
    });
  });
  const headers = new Set([
    'x-request-id',
    ...taken.flatMap((it) => (it.kind === 'header' ? [it.name] : [])),
    ...(access?.kind === 'operator' && method === 'GET' ? ['session-use'] : []),
    // Read after the handler, for any answer.
    ...(304 in operation.answers ? ['if-none-match'] : []),
  ]);
  const inHeaders = [...headers].map((name) => {
    if (!(name in REQUEST_HEADERS))
      throw new Error(`${route}: there is no description of the header ${name}`);
    return { $ref: `#/components/parameters/${name}` };
  });
  return [...inPath, ...inQuery, ...inHeaders];
}

/** `id of the key` for `keyId`. `id` is that of the resource which the path names before it. */
function descriptionOfId(name: string): string {
  return name === 'id' ? 'id of the resource' : `id of the ${name.replace(/Id$/, '').toLowerCase()}`;
}

function bodyOf(
  { route, handler }: DeclaredRoute,
  operation: Operation,
  taken: HandlerArgument[],
  named: Map<string, JsonSchema>,
): JsonSchema | undefined {
  const body = taken.find((it) => it.kind === 'body');
  if (body === undefined) return undefined;
  const schema = operation.body ?? (body.type && { name: body.type.name, ...bodySchema(body.type) });
  if (schema === undefined) throw new Error(`${route}: there is no description of the body`);
  return {
    description: `At most ${bodyLimitOf(handler) / 1_024} KiB`,
    required: body.required,
    content: contentOf({ 'application/json': schema }, named),
  };
}

function answersOf(
  route: DeclaredRoute,
  { answers }: Operation,
  named: Map<string, JsonSchema>,
): Record<string, DescribedAnswer> {
  const always = alwaysOf(route);
  return Object.fromEntries(
    Object.entries<AnyAnswer>(answers).map(([status, { description, content, headers }]) => {
      if (Number(status) >= 400 && Number(status) !== 503)
        throw new Error(`${route.route}: ${status} is a problem`);
      const answer = {
        description,
        headers: headersOf(...always, ...headers),
        ...(Object.keys(content).length > 0 && { content: contentOf(content, named) }),
      };
      return [status, answer];
    }),
  );
}

function problemAnswersOf(
  route: DeclaredRoute,
  { problems = [] }: Operation,
  answers: Record<string, DescribedAnswer>,
  parts: Parts,
) {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set([...problemsOf(route), ...problems])) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const counted = route.guards.includes('RateLimitGuard');
  const caller = counted ? (route.access?.kind === 'coordinator' ? 'Coordinator' : '') : 'Uncounted';
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const problem = problemAnswer(status, codes, alwaysOf(route), parts);
      const other = answers[status];
      // The status has a problem and also another answer.
      if (other !== undefined) return [String(status), eitherOf(other, problem)];
      const name = caller + codes.map(pascalCase).join('Or');
      parts.responses.set(name, problem);
      return [String(status), { $ref: `#/components/responses/${name}` }];
    }),
  );
}

function eitherOf(one: DescribedAnswer, other: DescribedAnswer): DescribedAnswer {
  return {
    description: `${one.description}; ${other.description}`,
    headers: { ...one.headers, ...other.headers },
    content: { ...one.content, ...other.content },
  };
}

function problemAnswer(
  status: number,
  codes: readonly ProblemCode[],
  always: readonly AnswerHeaderName[],
  { schemas }: Parts,
): DescribedAnswer {
  for (const code of codes) collect(problemSchema(code), schemas);
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
    headers: headersOf(
      ...always,
      ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
      ...(codes.some(mayRetry) ? (['Retry-After'] as const) : []),
    ),
    content: {
      'application/problem+json': {
        schema: oneProblemOf(codes),
        examples: Object.fromEntries(
          codes.map((code) => [code, { value: exampleOf(problemSchema(code).json, schemas) }]),
        ),
      },
    },
  };
}

/** The headers of all answers of the route. */
function alwaysOf({ guards, access }: DeclaredRoute): AnswerHeaderName[] {
  return [
    'X-Request-Id',
    ...(guards.includes('RateLimitGuard') ? COUNTED : []),
    ...(access?.kind === 'coordinator' ? (['Coordinator-Key-Expires'] as const) : []),
  ];
}

function mayRetry(code: ProblemCode): boolean {
  const { retryAfter }: Problem = PROBLEMS[code];
  return retryAfter === true;
}

function headersOf(...names: AnswerHeaderName[]): JsonSchema {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function contentOf(content: Record<string, AnySchema>, named: Map<string, JsonSchema>): JsonSchema {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => {
      collect(schema, named);
      const example = exampleOf(schema.json, named);
      return [type, { schema: refer(schema), ...(type === 'application/json' && { example }) }];
    }),
  );
}

/** @throws Error for a member without a description, and for a named schema without one */
function assertDescribed(schemas: ReadonlyMap<string, JsonSchema>): void {
  for (const [name, schema] of schemas) {
    const isRequest = schema.additionalProperties === false;
    if (schema.description === undefined && !isRequest) throw new Error(`${name} has no description`);
    assertMembersDescribed(name, schema);
  }
}

function assertMembersDescribed(at: string, schema: object): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'examples' || keyword === 'default' || typeof value !== 'object' || value === null)
      continue;
    if (keyword !== 'properties') {
      assertMembersDescribed(at, value);
      continue;
    }
    for (const [name, member] of Object.entries<object>(value)) {
      if (!('description' in member || 'const' in member))
        throw new Error(`${at}.${name} has no description`);
      assertMembersDescribed(`${at}.${name}`, member);
    }
  }
}

function collect(schema: AnySchema, named: Map<string, JsonSchema>): void {
  if (schema.name !== undefined) {
    const known = named.get(schema.name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema.json)) {
      throw new Error(`two schemas have the name ${schema.name}`);
    }
    named.set(schema.name, schema.json);
  }
  for (const part of schema.parts) collect(part, named);
}
