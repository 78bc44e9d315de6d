import {
  type ClassConstructor,
  type ClassTransformOptions,
  instanceToPlain,
  plainToInstance,
} from 'class-transformer';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

/**
 * class-transformer, kept away from values whose class nobody declared. It would copy them member by member, leaving out
 * `constructor` and whatever else Object has a method for, and call a `constructor` that the client made up.
 */
export const transformer = { plainToInstance: toInstance, classToPlain: instanceToPlain };

function toInstance<T>(type: ClassConstructor<T>, plain: unknown, options?: ClassTransformOptions): T | T[] {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    return plainToInstance<T, unknown>(type, plain, options);
  }
  const nested = nestedMembers(type);
  const opaque: Record<string, unknown> = {};
  const known: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(plain)) {
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

const nestedByClass = new WeakMap<object, ReadonlySet<string>>();

/** The members of a class that are held to a class of their own, with `@ValidateNested()`. */
function nestedMembers(type: ClassConstructor<unknown>): ReadonlySet<string> {
  const known = nestedByClass.get(type);
  if (known !== undefined) return known;
  const members = getMetadataStorage()
    .getTargetValidationMetadatas(type, '', true, false)
    .filter((it) => it.type === ValidationTypes.NESTED_VALIDATION)
    .map((it) => it.propertyName);
  const found = new Set(members);
  nestedByClass.set(type, found);
  return found;
}
