const FILE = 'apps/api/src/database/fields.ts';

export default [
  {
    what: 'null is converted',
    file: FILE,
    find: 'value === null || convert === undefined',
    replace: 'convert === undefined',
  },
  {
    what: 'null is not read into a copy',
    file: FILE,
    find: 'answer[member] = value === null',
    replace: 'if (value !== null) answer[member] = value === null',
  },
  {
    what: 'all answers are one object',
    file: FILE,
    find: 'return (row) => readInto({ ...empty }, readers, row);',
    replace: 'return (row) => readInto(empty, readers, row);',
  },
  {
    what: 'the given answer itself is changed',
    file: FILE,
    find: 'readInto({ ...answer }, readers, row)',
    replace: 'readInto(answer as Record<string, unknown>, readers, row)',
  },
  {
    what: 'the prefix is left out',
    file: FILE,
    find: "column: prefix + (columns[at] ?? ''),",
    replace: "column: (prefix && '') + (columns[at] ?? ''),",
  },
];
