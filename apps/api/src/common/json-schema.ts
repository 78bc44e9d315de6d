/** JSON Schema 2020-12, as used in OpenAPI 3.1. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export interface AnySchema {
  readonly json: JsonSchema;
  /** the name of the schema in the document, for references */
  readonly name?: string;
  /** the schemas that `json` refers to by name */
  readonly parts: readonly AnySchema[];
}

/** The JSON form of the values of `T`. The compiler checks a schema against the type it describes. */
export interface Schema<T> extends AnySchema {
  /** never set: it only makes schemas of different types different for the compiler */
  readonly type?: (value: T) => T;
}

/** The type that a schema describes. */
export type ValueOf<One extends AnySchema> = One extends Schema<infer T> ? T : never;

/** The type of an object with these members. `& {}` makes editors show it member by member. */
export type ValuesOf<Schemas extends { readonly [member: string]: AnySchema }> = {
  -readonly [Member in keyof Schemas]: ValueOf<Schemas[Member]>;
} & {};

/** Details of a schema beyond its type: `description`, `examples`, limits. */
export type Remarks = JsonSchema;

export type Members<T> = { readonly [Name in keyof T]-?: Schema<T[Name]> };

export interface ObjectSchema<T> extends Schema<T> {
  /** the members, to build a larger object from them */
  readonly members: Members<T>;
}

export const string = (remarks: Remarks = {}): Schema<string> => plain({ type: 'string', ...remarks });
export const integer = (remarks: Remarks = {}): Schema<number> => plain({ type: 'integer', ...remarks });
export const number = (remarks: Remarks = {}): Schema<number> => plain({ type: 'number', ...remarks });
export const boolean = (remarks: Remarks = {}): Schema<boolean> => plain({ type: 'boolean', ...remarks });

export const uuid = (remarks: Remarks = {}): Schema<string> =>
  string({ format: 'uuid', examples: ['0198c0de-7a3b-7c11-9d2e-5f60718293a4'], ...remarks });

export const dateTime = (remarks: Remarks = {}): Schema<string> =>
  string({ format: 'date-time', examples: ['2026-11-24T12:00:00.000Z'], ...remarks });

/** Any JSON value. */
export const anything = (remarks: Remarks = {}): Schema<unknown> =>
  plain({ description: 'any JSON value', ...remarks });

/** An object whose members are defined by its owner. */
export const anyObject = (remarks: Remarks = {}): Schema<{ [member: string]: unknown }> =>
  plain({ type: 'object', additionalProperties: true, ...remarks });

export function oneOf<const Value extends string | number | boolean>(
  values: readonly Value[],
  remarks: Remarks = {},
): Schema<Value> {
  return plain({ type: typeof values[0], enum: values, ...remarks });
}

const ENUMS = new Map<readonly unknown[], AnySchema>();

/** A set of values that the document defines once, under this name, also where a rule `IsIn(values)` uses it. */
export function enumeration<const Value extends string>(
  name: string,
  values: readonly Value[],
  remarks: Remarks,
): Schema<Value> {
  const schema = { name, json: { type: 'string', enum: values, ...remarks }, parts: [] };
  ENUMS.set(values, schema);
  return schema;
}

/** The {@link enumeration} of exactly this array. */
export function enumerationOf(values: readonly unknown[]): AnySchema | undefined {
  return ENUMS.get(values);
}

/** The schema with these remarks in one place, for example a description of the member. */
export function remarked<T>(schema: Schema<T>, remarks: Remarks): Schema<T> {
  if (schema.name === undefined) return { json: { ...schema.json, ...remarks }, parts: schema.parts };
  return { json: { ...refer(schema), ...remarks }, parts: [schema] };
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  const { type, enum: values, ...rest } = schema.json;
  if (schema.name !== undefined || typeof type !== 'string') {
    const { description, examples, ...json } = schema.name === undefined ? schema.json : refer(schema);
    const remarks = {
      ...(description !== undefined && { description }),
      ...(examples !== undefined && { examples }),
    };
    return {
      json: { anyOf: [json, { type: 'null' }], ...remarks },
      parts: schema.name === undefined ? schema.parts : [schema],
    };
  }
  const json = { type: [type, 'null'], ...rest };
  return { json: Array.isArray(values) ? { ...json, enum: [...values, null] } : json, parts: schema.parts };
}

export function array<T>(items: Schema<T>, remarks: Remarks = {}): Schema<T[]> {
  return { json: { type: 'array', items: refer(items), ...remarks }, parts: [items] };
}

/** An object whose member names are not known in advance. */
export function record<T>(values: Schema<T>, remarks: Remarks = {}): Schema<Record<string, T>> {
  return {
    json: { type: 'object', additionalProperties: refer(values), ...remarks },
    parts: [values],
  };
}

/**
 * An object with all of these members. If `name` is given, the document stores the schema under it. Examples of a whole
 * object are for members that depend on each other.
 */
export function object<T extends object>(
  name: string | null,
  members: Members<T>,
  remarks: Remarks = {},
): ObjectSchema<T> {
  const parts: AnySchema[] = Object.values(members);
  const properties = Object.fromEntries(
    Object.entries<AnySchema>(members).map(([member, schema]) => [member, refer(schema)]),
  );
  const json = { type: 'object', ...remarks, required: Object.keys(members), properties };
  return { json, parts, members, ...(name !== null && { name }) };
}

/**
 * An example of an object with these members: the given values, and the first example of each other member.
 *
 * @throws Error if another member has no example
 */
export function exampleOf<Schemas extends { readonly [member: string]: AnySchema }>(
  members: Schemas,
  given: Partial<ValuesOf<Schemas>>,
): ValuesOf<Schemas>;
export function exampleOf(
  members: { readonly [member: string]: AnySchema },
  given: { readonly [member: string]: unknown },
): unknown {
  const values = Object.entries(members).map(([member, { json }]) => {
    if (member in given) return [member, given[member]];
    if (!Array.isArray(json.examples)) throw new Error(`${member} has no example`);
    return [member, json.examples[0]];
  });
  return Object.fromEntries(values);
}

/** An object of another schema with further members. */
export function extended<Base extends object, More extends object>(
  name: string,
  base: ObjectSchema<Base>,
  more: Members<More>,
  remarks: Remarks,
): Schema<Base & More> {
  const { json, parts } = object(null, more);
  return { name, json: { allOf: [refer(base), json], ...remarks }, parts: [base, ...parts] };
}

/** A value of any one of these. */
export function union<Schemas extends readonly AnySchema[]>(
  ...schemas: Schemas
): Schema<ValueOf<Schemas[number]>> {
  return { json: { anyOf: schemas.map(refer) }, parts: schemas };
}

/** How another schema refers to this one. */
export function refer(schema: AnySchema): JsonSchema {
  return schema.name === undefined ? schema.json : { $ref: `#/components/schemas/${schema.name}` };
}

function plain<T>(json: JsonSchema): Schema<T> {
  return { json, parts: [] };
}
