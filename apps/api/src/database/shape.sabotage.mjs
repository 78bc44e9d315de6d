const FILE = 'apps/api/src/database/shape.ts';

export default [
  {
    what: 'the text does not depend on the variant',
    file: FILE,
    find: 'const key = variant.join();',
    replace: "const key = '';",
  },
  {
    what: 'each request composes the statement',
    file: FILE,
    find: 'known.set(key, shape);',
    replace: '',
  },
  {
    what: 'a value that occurs twice is two parameters',
    file: FILE,
    find: 'if (value instanceof Given) numbers.set(value, number);',
    replace: '',
  },
];
