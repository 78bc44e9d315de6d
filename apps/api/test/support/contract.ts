import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from '../../src/common/http/security-headers.js';
import { REPOSITORY_ROOT } from '../../src/config/environment.js';

interface Media {
  schema: { $ref?: string };
}
interface Answer {
  $ref?: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, Media>;
}
export interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
}
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    responses: Record<string, Answer>;
    headers: Record<string, { schema: { type: string } }>;
    schemas: Record<string, ObjectSchema>;
  };
}

/** docs/openapi.json, as it is checked in. */
export const DOCUMENT: Document = JSON.parse(
  readFileSync(join(REPOSITORY_ROOT, 'docs/openapi.json'), 'utf8'),
);

interface ObjectSchema {
  $ref?: string;
  allOf?: ObjectSchema[];
  required?: string[];
  properties?: Record<string, object>;
}

/** One object schema of the parts of an `allOf`, since none of the parts can be closed by itself. */
function merged(parts: ObjectSchema[]): ObjectSchema & { type: string } {
  const whole = { type: 'object', required: [] as string[], properties: {} };
  for (const part of parts.map(resolved)) {
    whole.required.push(...(part.required ?? []));
    Object.assign(whole.properties, part.properties);
  }
  return whole;
}

function resolved({ $ref, ...schema }: ObjectSchema): ObjectSchema {
  const found = $ref === undefined ? schema : (DOCUMENT.components.schemas[$ref.replace(/^.*\//, '')] ?? {});
  return found.allOf === undefined ? found : merged(found.allOf);
}

/** Headers that every answer has of which the document says so; a success has all but the occasional. */
const CERTAIN = ['X-Request-Id', 'WWW-Authenticate'];
const OCCASIONAL = ['Idempotency-Replayed', 'Coordinator-Key-Expires'];
/** What HTTP has for every answer, of which the document says nothing. */
const GENERAL = [
  ...Object.keys(SECURITY_HEADERS),
  'content-type',
  'content-length',
  'content-encoding',
  'connection',
  'vary',
];

/** The document allows for members to come; what the server says today, it has to know. */
const CLOSED = close(DOCUMENT);

const ajv = formats.default(
  new Ajv2020({ strict: false, validateSchema: false, allErrors: true, addUsedSchema: false }),
);
ajv.addSchema({ ...Object(CLOSED), $id: 'openapi' });
const compiled = new Map<string, ValidateFunction>();

const breaches = new Set<string>();

// Of every file that starts a server. Not when the app closes: Nest hands out a proxy that drops what is assigned to it.
afterAll(() => {
  if (breaches.size === 0) return;
  throw new Error(`answers that docs/openapi.json does not know:\n${[...breaches].join('\n')}`);
});

/**
 * Holds every answer of the server to docs/openapi.json: status, problem code, media type, headers and body. The file of tests
 * fails where one did not keep to it.
 */
export function holdToContract(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (request, reply, payload, done) => {
    for (const breach of breachesOf(request, reply, payload)) breaches.add(breach);
    done(null, payload);
  });
}

/** What is wrong with the answer, a sentence each. */
function breachesOf(request: FastifyRequest, reply: FastifyReply, payload: unknown): string[] {
  const { url } = request.routeOptions;
  if (url === undefined) return [];
  const path = url.replaceAll(/:(\w+)/g, '{$1}');
  // A HEAD has the headers of the GET, and this hook still sees its body.
  const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
  const status = String(reply.statusCode);
  const at = `${request.method} ${url} → ${status}`;
  const pointer = ['paths', path, method, 'responses', status];
  const operation = DOCUMENT.paths[path]?.[method];
  if (operation === undefined) return [`${at}: there is no such route`];
  const answer = operation.responses[status];
  if (answer === undefined) return [`${at}: there is no such status; ${String(payload)}`];
  const [, shared] = /^#\/components\/responses\/(.+)$/.exec(answer.$ref ?? '') ?? [];
  // A HEAD has no body either where the GET would have none.
  const sent = request.method === 'HEAD' && answer.content === undefined ? null : payload;
  if (shared === undefined) return ofAnswer(at, pointer, answer, reply, sent);
  const found = DOCUMENT.components.responses[shared];
  if (found === undefined) return [`${at}: ${shared} is not there`];
  return ofAnswer(at, ['components', 'responses', shared], found, reply, payload);
}

function ofAnswer(at: string, pointer: string[], answer: Answer, reply: FastifyReply, payload: unknown) {
  return [
    ...ofHeaders(at, answer, reply),
    ...ofBody(at, pointer, answer, String(reply.getHeader('content-type') ?? ''), payload),
  ];
}

function ofHeaders(at: string, { headers = {} }: Answer, reply: FastifyReply): string[] {
  const isSuccess = reply.statusCode < 400;
  const known = [...GENERAL, ...Object.keys(DOCUMENT.components.headers).map((it) => it.toLowerCase())];
  const unknown = Object.keys(reply.getHeaders()).filter((it) => !known.includes(it));
  const wrong = Object.entries(DOCUMENT.components.headers).flatMap(([name, { schema }]) => {
    const value = reply.getHeader(name);
    if (value === undefined) {
      const needed = CERTAIN.includes(name) || (isSuccess && !OCCASIONAL.includes(name));
      return needed && name in headers ? [`${at}: there is no ${name}`] : [];
    }
    if (!(name in headers)) return [`${at}: the document does not describe ${name}`];
    const read = schema.type === 'string' ? String(value) : (JSON.parse(String(value)) as unknown);
    return breachesOfSchema(`${at}: ${name}`, ['components', 'headers', name, 'schema'], read);
  });
  return [...wrong, ...unknown.map((it) => `${at}: the document has no header ${it}`)];
}

function ofBody(
  at: string,
  pointer: string[],
  { content }: Answer,
  type: string,
  payload: unknown,
): string[] {
  if (content === undefined) {
    return payload === undefined || payload === null || payload === ''
      ? []
      : [`${at}: there should be no body`];
  }
  const mediaType = type.replace(/;.*$/, '');
  if (content[mediaType] === undefined) return [`${at}: there is no such media type as ${mediaType}`];
  if (!/\bjson$/.test(mediaType) || payload instanceof Readable) return [];
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return [`${at}: the body is no text`];
  const body: unknown = JSON.parse(payload.toString());
  return breachesOfSchema(at, [...pointer, 'content', mediaType, 'schema'], body);
}

/** How the value breaks the schema at this place of the document, as a sentence each. */
export function breachesOfSchema(at: string, pointer: string[], value: unknown): string[] {
  const $ref = `openapi#/${pointer.map((it) => encodeURIComponent(it.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const validate = compiled.get($ref) ?? ajv.compile({ $ref });
  compiled.set($ref, validate);
  if (validate(value)) return [];
  const wrong = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join(', ');
  return [`${at}: ${wrong}: ${JSON.stringify(value)?.slice(0, 500)}`];
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  if ('allOf' in value && Array.isArray(value.allOf)) return close(merged(value.allOf));
  const closed = Object.fromEntries(Object.entries(value).map(([name, it]) => [name, close(it)]));
  const isOpen = 'properties' in closed && closed.type === 'object' && !('additionalProperties' in closed);
  return isOpen ? { ...closed, additionalProperties: false } : closed;
}
