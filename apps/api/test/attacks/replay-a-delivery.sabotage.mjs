export default [
  {
    what: 'a signed delivery is recognised by its id alone',
    file: 'apps/api/src/stitcher/stitcher.service.ts',
    find: 'caller.signed === true ? digestOfBody(body) : null',
    replace: 'caller.signed === true && id === null ? digestOfBody(body) : null',
  },
];
