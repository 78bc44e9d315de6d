const JOINED = 'apps/api/src/common/http/joined-writes.ts';

export default [
  {
    what: 'what waits is lost when its connection is closed',
    file: JOINED,
    find: '      writeHeld();\n      destroy(',
    replace: '      destroy(',
  },
  {
    what: 'each write goes to the kernel at once',
    file: JOINED,
    find: 'atEndOfTurn(writeHeld);',
    replace: 'writeHeld();',
  },
  {
    what: 'work that comes while others run is lost',
    file: JOINED,
    find: '  waiting = [];\n  for (const work of now) work();',
    replace: '  for (const work of [...now]) work();\n  waiting = [];',
  },
];
