export default [
  {
    what: 'the server is signalled again and again once its parent is gone',
    file: 'scripts/parent.mjs',
    find: '    clearInterval(watch);\n',
    replace: '',
  },
];
