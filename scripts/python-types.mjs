// Python's types of the bodies that coordinators send and get: TypedDicts made from the OpenAPI document.

const KEYWORDS = new Set([
  'from',
  'import',
  'class',
  'global',
  'pass',
  'return',
  'with',
  'as',
  'is',
  'in',
  'or',
  'and',
  'not',
]);
const COORDINATOR_ROUTES = /^\/(coordinator|stitcher)\//;
const WIDTH = 110;

/** @returns the text of the Python module with each schema that a route for coordinators uses, also through others */
export function renderPythonTypes(document) {
  const { schemas } = document.components;
  const names = reachable(document, schemas);
  const defined = new Set();
  const parts = [];
  const define = (name) => {
    if (defined.has(name)) return;
    defined.add(name);
    // A base class must come first. Types of members are texts, which may name later classes.
    for (const base of basesOf(schemas[name])) define(base);
    parts.push(...definitionOf(name, schemas[name]));
  };
  for (const name of [...names].sort()) define(name);
  return `"""The bodies of requests and answers. Made from docs/openapi.json by \`npm run docs\`: do not edit."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

${parts.join('\n\n\n')}
`;
}

function reachable({ paths, components }, schemas) {
  const names = new Set();
  const visit = (value) => {
    if (typeof value !== 'object' || value === null) return;
    const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(value.$ref ?? '') ?? [];
    if (kind === 'schemas' && !names.has(name)) {
      names.add(name);
      visit(schemas[name]);
    } else if (kind === 'parameters') visit(components[kind][name]);
    for (const member of Object.values(value)) visit(member);
  };
  for (const [path, methods] of Object.entries(paths)) {
    if (!COORDINATOR_ROUTES.test(path)) continue;
    for (const { requestBody, parameters, responses } of Object.values(methods)) {
      visit([requestBody, parameters, Object.entries(responses).filter(([status]) => status < 300)]);
    }
  }
  return names;
}

function basesOf({ allOf = [] }) {
  return allOf.flatMap(({ $ref }) => ($ref === undefined ? [] : [nameOf($ref)]));
}

function definitionOf(name, schema) {
  const own =
    schema.allOf === undefined
      ? schema
      : Object.assign({}, ...schema.allOf.filter((it) => it.$ref === undefined));
  const bases = basesOf(schema);
  if (own.properties === undefined) return [`${name} = ${typeOf(schema, name).type}`];
  const helpers = [];
  const members = Object.entries(own.properties).map(([member, it]) => {
    const { type, nested = [] } = typeOf(it, `${name}${capital(member)}`);
    helpers.push(...nested);
    return { member, type, says: it.description, isRequired: own.required?.includes(member) ?? false };
  });
  return [...helpers, ...classesOf(name, bases, members, schema.description)];
}

/** Python 3.9 has no `NotRequired`: the required members are a class of their own. */
function classesOf(name, bases, members, says) {
  if (members.some(({ member }) => KEYWORDS.has(member))) {
    if (members.some(({ isRequired }) => !isRequired) || bases.length > 0) {
      throw new Error(`${name}: a Python keyword as the name of a member, and optional members`);
    }
    const fields = members.map(({ member, type }) => `"${member}": ${type}`).join(', ');
    return [`${name} = TypedDict("${name}", {${fields}})`];
  }
  const required = members.filter(({ isRequired }) => isRequired);
  const optional = members.filter(({ isRequired }) => !isRequired);
  const from = bases.length === 0 ? ['TypedDict'] : bases;
  if (optional.length === 0) return [classOf(name, from, required, says)];
  if (required.length === 0) return [classOf(name, [...from, 'total=False'], optional, says)];
  return [
    classOf(`_${name}Required`, from, required),
    classOf(name, [`_${name}Required`, 'total=False'], optional, says),
  ];
}

function classOf(name, from, members, says) {
  const lines = members.flatMap(({ member, type, says: about }) => [
    ...(about === undefined ? [] : folded(about).map((line) => `    # ${line}`)),
    `    ${member}: ${type}`,
  ]);
  const docstring = says === undefined ? [] : [`    """${says.replaceAll('"', "'")}"""`, ''];
  return [
    `class ${name}(${from.join(', ')}):`,
    ...docstring,
    ...(lines.length === 0 ? ['    pass'] : lines),
  ].join('\n');
}

function folded(text) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== '' && line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** @returns the type as Python writes it, and the classes that it needs */
function typeOf(schema, name) {
  if (schema.$ref !== undefined) return { type: nameOf(schema.$ref) };
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return union(several.map((it) => typeOf(it, name)));
  if ('const' in schema) return { type: `Literal[${literal(schema.const)}]` };
  if (schema.enum !== undefined) return { type: `Literal[${schema.enum.map(literal).join(', ')}]` };
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type }, name)));
  switch (schema.type) {
    case 'string':
      return { type: 'str' };
    case 'integer':
      return { type: 'int' };
    case 'number':
      return { type: 'float' };
    case 'boolean':
      return { type: 'bool' };
    case 'null':
      return { type: 'None' };
    case 'array': {
      const { type, nested } = typeOf(schema.items ?? {}, name);
      return { type: `List[${type}]`, nested };
    }
    case 'object': {
      if (schema.properties === undefined) return { type: 'Dict[str, Any]' };
      return { type: name, nested: definitionOf(name, schema) };
    }
    default:
      return { type: 'Any' };
  }
}

function union(parts) {
  const types = [...new Set(parts.map(({ type }) => type))];
  const nested = parts.flatMap((it) => it.nested ?? []);
  if (types.includes('Any')) return { type: 'Any', nested };
  return { type: types.length === 1 ? types[0] : `Union[${types.join(', ')}]`, nested };
}

function literal(value) {
  if (value === null) return 'None';
  return typeof value === 'boolean' ? capital(String(value)) : JSON.stringify(value);
}

function nameOf(ref) {
  return ref.replace('#/components/schemas/', '');
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
