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

/** The members of a class that have rules: no other may be sent. */
export const memberNames = perClass((type) => namesIn(type, () => true));

/** The members of a class that are held to a class of their own, with `@ValidateNested()`. */
const nestedMembers = perClass((type) =>
  namesIn(type, (ofRule) => ofRule === ValidationTypes.NESTED_VALIDATION),
);

function namesIn(type: ClassConstructor<unknown>, wanted: (ofRule: string) => boolean): ReadonlySet<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return new Set(rules.filter((it) => wanted(it.type)).map((it) => it.propertyName));
}

function perClass<T extends object>(find: (type: ClassConstructor<unknown>) => T) {
  const found = new WeakMap<object, T>();
  return (type: ClassConstructor<unknown>): T => {
    const known = found.get(type) ?? find(type);
    found.set(type, known);
    return known;
  };
}
