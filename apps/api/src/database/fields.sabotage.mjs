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
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    find: 'column: `${prefix}${columns[at]}`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    replace: 'column: `${columns[at]}`',
  },
];
