import type { FastifyInstance } from 'fastify';
import { ExactNumber, NumberOutOfRangeError, parseJson, stringifyJson } from '../exact-json.js';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { assertJsonBounds } from './json-bounds.js';

/** The largest opaque member (`metadata`, `result`, …), in bytes of its JSON. */
export const MEMBER_LIMIT = 262_144;
/** The limit for the digits of all exact numbers, written without an exponent. */
const MAX_DIGITS = 262_144;

const LONE_SURROGATE = /\p{Surrogate}/u;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Notes the type of a body and does not read it. The last guard, `RequestRules`, reads it. A caller that is refused by
 * its credential or its limit is therefore refused by the headers alone.
 */
export function registerBodyTypes(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  for (const [type, bodyType] of [
    ['application/json', 'json'],
    ['application/x-www-form-urlencoded', 'form'],
    ['*', 'other'],
  ] as const) {
    fastify.addContentTypeParser(type, (request, _unread, done) => {
      request.ctx.bodyType = bodyType;
      done(null, undefined);
    });
  }
}

/**
 * Parses one JSON text and applies the limits of Postgres and of this API. An empty text gives `undefined`, because
 * clients send the type on requests without a body too.
 *
 * @throws DomainError `malformed-json`; `invalid-request` for too many members, values or levels, NUL, lone surrogates,
 * numbers out of range, and member names that could change an object's prototype
 */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const value = parseUnchecked(body);
  assertStorableBody(value);
  return value;
}

/**
 * Parses one JSON text. Its strings may contain characters that Postgres cannot store.
 *
 * @throws DomainError `malformed-json`; `invalid-request` for too many members, values or levels
 */
export function parseUnchecked(body: Buffer): unknown {
  assertJsonBounds(body);
  return parse(body);
}

function parse(body: Buffer): unknown {
  try {
    return parseJson(utf8.decode(body), MAX_DIGITS);
  } catch (error) {
    if (error instanceof NumberOutOfRangeError) {
      throw new InvalidRequestError('The body has a number that is out of range.');
    }
    throw new DomainError('malformed-json', 'The body is not valid JSON in UTF-8.');
  }
}

/**
 * `RequestValidationPipe` checks the texts that are direct members of the body: it knows which of them are report
 * texts.
 */
function assertStorableBody(body: unknown): void {
  const members = isObject(body)
    ? Object.entries(body).map(([name, value]) => assertMember(name, typeof value === 'string' ? '' : value))
    : [body];
  assertStorable(members);
}

/**
 * Uses its own stack instead of recursion, because the client decides how deep the value is.
 *
 * @throws InvalidRequestError for values that Postgres cannot store, and for member names that could change an object's
 * prototype
 */
export function assertStorable(root: unknown): void {
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') assertText(value);
    else if (typeof value === 'number') assertFinite(value);
    else if (Array.isArray(value)) for (const item of value) left.push(item);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) left.push(assertMember(name, member));
    }
  }
}

function isObject(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
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

/** @throws InvalidRequestError if Postgres cannot store the text */
export function assertText(text: string): void {
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
 * Limits one opaque member to 256 KiB of JSON.
 *
 * @throws DomainError `content-too-large`
 */
export function assertJsonSize(member: string, value: unknown): void {
  if (value === undefined) return;
  if (Buffer.byteLength(stringifyJson(value)) > MEMBER_LIMIT) {
    throw new DomainError('content-too-large', `"${member}" is larger than ${MEMBER_LIMIT / 1024} KiB.`, {
      members: { member, limit: MEMBER_LIMIT },
    });
  }
}
