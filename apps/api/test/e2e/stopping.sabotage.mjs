export default [
  {
    what: 'a server that stops goes on with further requests',
    file: 'apps/api/src/common/http/stopping.ts',
    find: 'stopping = true;',
    replace: 'stopping = false;',
  },
];
