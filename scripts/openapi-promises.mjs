// What an OpenAPI document promises to its clients, one promise a line, so that two documents can be compared. Descriptions, examples and limits
// are no promises. Answers may get more members, requests more optional ones.

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** @returns the lines, sorted. Those that begin with `demands` must not increase, the others must not go away */
export function promisesOf(document) {
  const { schemas } = document.components;
  const lines = new Set();
  const requests = new Set();
  const answers = new Set();

  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      if (item[method] === undefined) continue;
      const route = `${method.toUpperCase()} ${path}`;
      const { operationId, parameters = [], requestBody, responses } = item[method];
      lines.add(`route ${route} is ${operationId}`);
      for (const parameter of parameters.map((it) => resolved(it))) {
        const name = `${route} ${parameter.in} ${parameter.name}`;
        describe(name, parameter.schema, requests);
        if (parameter.required) lines.add(`demands ${name}`);
      }
      for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
        describe(`${route} takes ${type}`, schema, requests);
      }
      for (const [status, answer] of Object.entries(responses)) {
        for (const [type, { schema }] of Object.entries(resolved(answer).content ?? {})) {
          // Which problems a route has may change; what a problem contains may not.
          if (status < 400) describe(`${route} answers ${status} ${type}`, schema, answers);
          else collect(schema, answers);
        }
      }
    }
  }
  for (const [name, schema] of Object.entries(schemas)) {
    lines.add(`schema ${name}`);
    describe(name, schema, new Set());
    for (const member of requiredOf(schema)) {
      if (requests.has(name)) lines.add(`demands ${name}.${member}`);
      if (answers.has(name)) lines.add(`always ${name}.${member}`);
    }
  }
  return [...lines].sort();

  /** The type of a value, its members and its values. */
  function describe(name, schema, users) {
    collect(schema, users);
    lines.add(`type ${name}: ${typeOf(schema)}`);
    describeParts(name, schema, users);
  }

  function describeParts(name, schema, users) {
    if (schema.$ref !== undefined) return;
    for (const value of schema.enum ?? []) lines.add(`value ${name} ${value}`);
    for (const part of schema.anyOf ?? []) describeParts(name, part, users);
    if (schema.items !== undefined) describeParts(`${name}[]`, schema.items, users);
    for (const [member, type] of Object.entries(membersOf(schema)))
      describe(`${name}.${member}`, type, users);
  }

  /** The named schemas that it uses. */
  function collect(schema, into) {
    if (typeof schema !== 'object' || schema === null) return;
    if (schema.$ref !== undefined) {
      const name = nameOf(schema.$ref);
      if (into.has(name)) return;
      into.add(name);
      collect(schemas[name], into);
      return;
    }
    for (const [keyword, value] of Object.entries(schema)) {
      if (!['examples', 'default', 'enum', 'const'].includes(keyword)) collect(value, into);
    }
  }

  function membersOf(schema) {
    const parts = (schema.allOf ?? []).map((it) => membersOf(resolved(it)));
    return Object.assign({}, ...parts, schema.properties);
  }

  function requiredOf(schema) {
    const parts = (schema.allOf ?? []).flatMap((it) => requiredOf(resolved(it)));
    return [...parts, ...(schema.required ?? [])];
  }

  function resolved(value) {
    if (value.$ref === undefined) return value;
    const [, , kind, name] = value.$ref.split('/');
    return document.components[kind][name];
  }
}

/**
 * What a client of the released document may miss in the present one.
 *
 * @param released the lines of `promisesOf`
 */
export function breakingChanges(released, present) {
  const before = new Set(released);
  const now = new Set(present);
  const gone = released.filter((it) => !now.has(it) && !it.startsWith('demands '));
  // A new route or body may require anything.
  const isNew = (it) => {
    const [, owner] = /^demands (\w+)\./.exec(it) ?? [];
    if (owner !== undefined) return !before.has(`schema ${owner}`);
    const [, route] = /^demands ([A-Z]+ \S+) /.exec(it) ?? [];
    return !released.some((line) => line.startsWith(`route ${route} is `));
  };
  const demanded = present.filter((it) => it.startsWith('demands ') && !before.has(it) && !isNew(it));
  return [...gone.map((it) => `gone: ${it}`), ...demanded.map((it) => `new: ${it}`)];
}

function typeOf(schema) {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return either.map(typeOf).sort().join(' | ');
  if (schema.allOf !== undefined) return 'object';
  if (schema.type === 'array') return `${typeOf(schema.items)}[]`;
  return [schema.type ?? 'anything'].flat().sort().join(' | ');
}

function nameOf(reference) {
  return reference.split('/').at(-1);
}
