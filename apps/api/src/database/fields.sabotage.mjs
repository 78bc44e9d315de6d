const FILE = 'apps/api/src/database/fields.ts';

export default [
  {
    what: 'null is converted',
    file: FILE,
    find: 'if (value !== null) answer[member]',
    replace: 'answer[member]',
  },
  {
    what: 'all answers are one object',
    file: FILE,
    find: 'const answer = { ...empty };',
    replace: 'const answer = empty;',
  },
  {
    what: 'the prefix is left out',
    file: FILE,
    find: "column: prefix + (columns[at] ?? ''),",
    replace: "column: (prefix && '') + (columns[at] ?? ''),",
  },
  {
    what: 'null is not read into a copy',
    file: FILE,
    find: 'updated[member] = value === null',
    replace: 'if (value !== null) updated[member] = value === null',
  },
  {
    what: 'the given answer itself is changed',
    file: FILE,
    find: 'const updated: Record<string, unknown> = { ...answer };',
    replace: 'const updated = answer as Record<string, unknown>;',
  },
];
