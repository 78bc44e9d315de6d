export default [
  {
    what: 'the server is signalled again and again once its parent is gone',
    file: 'scripts/parent.mjs',
    find: '    clearInterval(watch);\n',
    replace: '',
  },
  {
    what: 'a server whose parent is gone takes the adopter of orphans for it',
    file: 'scripts/parent.mjs',
    find: "return groupOf(parent) !== groupOf('self');",
    replace: 'return false;',
  },
];
