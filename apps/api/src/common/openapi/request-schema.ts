import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { type AnySchema, enumerationOf, type JsonSchema, refer } from '../json-schema.js';
import { ABOUT } from './describe.js';

/** A class of bodies or queries. */
export type RequestClass = new () => object;

interface Rule {
  name: string;
  constraints: unknown[];
  each: boolean;
}

export interface RequestMember {
  name: string;
  required: boolean;
  schema: JsonSchema;
  /** the enumerations that the schema refers to */
  parts: AnySchema[];
}

/**
 * The schemas of the rules of class-validator that we use. Our own rules bring their schema along, see `Rule` of
 * validation/.
 */
const RULES: Record<string, (constraint: unknown) => JsonSchema> = {
  isUuid: () => ({ type: 'string', format: 'uuid', examples: ['0198c0de-7a3b-7c11-9d2e-5f60718293a4'] }),
  isString: () => ({ type: 'string' }),
  isNotEmpty: () => ({ minLength: 1 }),
  maxLength: (maxLength) => ({ maxLength }),
  matches: (pattern) => ({
    type: 'string',
    pattern: pattern instanceof RegExp ? pattern.source : String(pattern),
  }),
  isIn: (values) => {
    const named = Array.isArray(values) ? enumerationOf(values) : undefined;
    return named === undefined ? { type: 'string', enum: values } : refer(named);
  },
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  min: (minimum) => ({ minimum }),
  max: (maximum) => ({ maximum }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems) => ({ minItems }),
  arrayMaxSize: (maxItems) => ({ maxItems }),
};

/**
 * Returns the members of a request class from its validation rules, so the documentation matches what is enforced.
 *
 * @throws Error for a rule without a schema
 */
export function membersOf(type: RequestClass): RequestMember[] {
  const rules = new Map<string, Rule[]>();
  const conditions = new Map<string, ((object: unknown, value: unknown) => boolean)[]>();
  for (const it of getMetadataStorage().getTargetValidationMetadatas(type, '', true, false)) {
    const { propertyName: member, constraints = [] } = it;
    if (it.type === ValidationTypes.CONDITIONAL_VALIDATION) {
      conditions.set(member, [...(conditions.get(member) ?? []), constraints[0]]);
    } else {
      const rule = { name: it.name ?? it.type, constraints, each: it.each };
      rules.set(member, [...(rules.get(member) ?? []), rule]);
    }
  }
  const defaults = new type();
  return [...rules].map(([name, ofMember]) => {
    const passes = (value: unknown) => conditions.get(name)?.some((holds) => !holds({}, value)) ?? false;
    const about: JsonSchema = Reflect.getMetadata(ABOUT, type.prototype, name) ?? {};
    const fallback: unknown = Reflect.get(defaults, name);
    const schema = {
      ...orNull(schemaOf(`${type.name}.${name}`, ofMember), passes(null)),
      ...(fallback !== undefined && { default: fallback }),
      ...about,
    };
    const parts = ofMember.flatMap(({ constraints: [values] }) =>
      Array.isArray(values) ? (enumerationOf(values) ?? []) : [],
    );
    return { name, required: !passes(undefined) && fallback === undefined, schema, parts };
  });
}

/** The schema of a body that the class validates. It refuses unknown members. */
export function bodySchema(type: RequestClass): AnySchema {
  const members = membersOf(type);
  const required = members.filter((it) => it.required).map(({ name }) => name);
  const json = {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(members.map(({ name, schema }) => [name, schema])),
    additionalProperties: false,
  };
  return { json, parts: members.flatMap(({ parts }) => parts) };
}

function schemaOf(member: string, rules: Rule[]): JsonSchema {
  const whole: Record<string, unknown> = {};
  const items: Record<string, unknown> = {};
  for (const { name, constraints, each } of rules) {
    const schema = RULES[name]?.(constraints[0]) ?? constraints[0];
    if (typeof schema !== 'object') throw new Error(`${member}: there is no schema for the rule ${name}`);
    Object.assign(each ? items : whole, schema);
  }
  return Object.keys(items).length > 0 ? { type: 'array', items, ...whole } : whole;
}

function orNull(schema: JsonSchema, nullToo: boolean): JsonSchema {
  if (!nullToo) return schema;
  return '$ref' in schema
    ? { anyOf: [schema, { type: 'null' }] }
    : { ...schema, type: [schema.type, 'null'] };
}
