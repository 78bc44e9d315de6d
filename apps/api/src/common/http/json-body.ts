import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';

/** The longest body that is read, in bytes. */
export const BODY_LIMIT = 1_048_576;
/** The deepest nesting of arrays and objects, the outermost one counted. */
const DEEPEST_NESTING = 64;
/** The largest single opaque member (`metadata`, `result`, …), in bytes of its JSON. */
const MEMBER_LIMIT = 262_144;

const LONE_SURROGATE = /\p{Surrogate}/u;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON is the only type of body. What is wrong with one is kept for `RequestRules`, the last guard: who
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
 * One JSON text, held to what Postgres can store and what this API takes.
 *
 * @throws DomainError `malformed-json`; `invalid-request` for NUL, lone surrogates, numbers out of range, too deep nesting, and
 *   member names that would reach an object's prototype
 */
function parseJsonBody(body: Buffer): unknown {
  const value = parse(body);
  assertStorable(value);
  return value;
}

function parse(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    return value;
  } catch {
    throw new DomainError('malformed-json', 'The body is not valid JSON in UTF-8.');
  }
}

/** Level by level and not recursively: the client decides how deep it is. */
function assertStorable(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') assertText(value);
      else if (typeof value === 'number') assertFinite(value);
      else if (typeof value === 'object' && value !== null) {
        if (depth === DEEPEST_NESTING) {
          throw new InvalidRequestError(`The body is nested more than ${DEEPEST_NESTING} levels deep.`);
        }
        if (Array.isArray(value)) for (const item of value) next.push(item);
        else for (const [name, member] of Object.entries(value)) next.push(assertMember(name, member));
      }
    }
    level = next;
  }
}

function assertMember(name: string, value: unknown): unknown {
  assertText(name);
  const poisonous =
    name === '__proto__' ||
    (name === 'constructor' &&
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, 'prototype'));
  if (poisonous) throw new InvalidRequestError('The body has a member name that is not allowed.');
  return value;
}

function assertText(text: string): void {
  if (!isStorableText(text)) {
    throw new InvalidRequestError('The body has a string with \\u0000 or with half a surrogate pair.');
  }
}

function assertFinite(value: number): void {
  if (!Number.isFinite(value)) throw new InvalidRequestError('The body has a number that is out of range.');
}

/** Whether Postgres can store the text: no NUL, and well-formed UTF-16. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !LONE_SURROGATE.test(text);
}

/**
 * Holds one opaque member to 256 KiB of JSON.
 *
 * @throws DomainError `content-too-large`
 */
export function assertJsonSize(member: string, value: unknown): void {
  if (value === undefined) return;
  if (Buffer.byteLength(JSON.stringify(value)) > MEMBER_LIMIT) {
    throw new DomainError('content-too-large', `"${member}" is larger than ${MEMBER_LIMIT / 1024} KiB.`, {
      members: { member, limit: MEMBER_LIMIT },
    });
  }
}
