import type { JsonSchema } from '../json-schema.js';

const REFERENCE = /^#\/components\/schemas\/(.+)$/;

/** Builds an example value for the schema from the examples of its parts. */
export function exampleOf(schema: JsonSchema, named: ReadonlyMap<string, JsonSchema>): unknown {
  if ('const' in schema) return schema.const;
  for (const keyword of ['examples', 'enum', 'anyOf', 'oneOf'] as const) {
    const [first]: unknown[] = Array.isArray(schema[keyword]) ? schema[keyword] : [];
    if (first === undefined) continue;
    return keyword === 'anyOf' || keyword === 'oneOf' ? exampleOf(asSchema(first), named) : first;
  }
  const name = typeof schema.$ref === 'string' ? REFERENCE.exec(schema.$ref)?.[1] : undefined;
  if (name !== undefined) return exampleOf(named.get(name) ?? {}, named);
  if (Array.isArray(schema.allOf)) {
    return Object.assign({}, ...schema.allOf.map((part) => exampleOf(asSchema(part), named)));
  }
  if ('default' in schema) return schema.default;
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(asSchema(schema.properties)).map(([member, it]) => [
          member,
          exampleOf(asSchema(it), named),
        ]),
      );
    case 'array':
      return schema.minItems === undefined && schema.items === undefined
        ? []
        : [exampleOf(asSchema(schema.items), named)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return 'text';
    default:
      return {};
  }
}

function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
