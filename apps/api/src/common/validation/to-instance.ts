import {
  type ClassConstructor,
  type ClassTransformOptions,
  instanceToPlain,
  plainToInstance,
} from 'class-transformer';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { doubleIfSame, ExactNumber } from '../exact-json.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { ANY_JSON, REPORT_TEXT } from './rule.js';

/**
 * class-transformer, but not for values without a declared class. It would copy them member by member, omit
 * `constructor` and every other member for which Object has a method, and call a `constructor` that the client
 * invented.
 */
export const transformer = { plainToInstance: toInstance, classToPlain: instanceToPlain };

function toInstance<T>(type: ClassConstructor<T>, plain: unknown, options?: ClassTransformOptions): T | T[] {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    return plainToInstance<T, unknown>(type, plain, options);
  }
  const nested = nestedMembers(type);
  const exact = exactMembers(type);
  const opaque: Record<string, unknown> = {};
  const known: Record<string, unknown> = {};
  for (const [member, given] of Object.entries(plain)) {
    const value: unknown = exact.has(member) ? given : inexact(member, given);
    (isOpaque(value) && !nested.has(member) ? opaque : known)[member] = value;
  }
  const instance = plainToInstance<T, object>(type, known, options);
  if (typeof instance === 'object' && instance !== null) Object.assign(instance, opaque);
  return instance;
}

function isOpaque(value: unknown): boolean {
  const isObject = (it: unknown) => typeof it === 'object' && it !== null;
  return Array.isArray(value) ? value.some(isObject) : isObject(value);
}

/** The members of a class that have rules. A request may contain no others. */
export const memberNames = perClass((type) => namesIn(type, () => true));

/**
 * The same with doubles, which rules and handlers reckon with.
 *
 * @throws InvalidRequestError for a number that a double would change
 */
function inexact(member: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) {
    const double = doubleIfSame(value);
    if (double !== value) return double;
    throw InvalidRequestError.of(member, `${member} must be a number that a double holds without a change.`);
  }
  if (Array.isArray(value)) return value.map((it) => inexact(member, it));
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, inexact(member, it)]));
}

/** The members of a class that are validated by their own class, with `@ValidateNested()`. */
const nestedMembers = perClass((type) =>
  namesIn(type, (rule) => rule.type === ValidationTypes.NESTED_VALIDATION),
);

/** The members of a class that are any JSON, with `@JsonValue()` or `@JsonObject()`. Their numbers keep every digit. */
const exactMembers = perClass((type) => namesIn(type, ({ name }) => name === ANY_JSON));

/** The members of a class that are texts of any length, with `@ReportText()`. */
export const reportMembers = perClass((type) => namesIn(type, ({ name }) => name === REPORT_TEXT));

function namesIn(
  type: ClassConstructor<unknown>,
  wanted: (rule: { type: string; name?: string }) => boolean,
): ReadonlySet<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return new Set(rules.filter(wanted).map((it) => it.propertyName));
}

/** Finds something for a class once. */
export function perClass<T extends object>(find: (type: ClassConstructor<unknown>) => T) {
  const found = new WeakMap<object, T>();
  return (type: ClassConstructor<unknown>): T => {
    const known = found.get(type) ?? find(type);
    found.set(type, known);
    return known;
  };
}
