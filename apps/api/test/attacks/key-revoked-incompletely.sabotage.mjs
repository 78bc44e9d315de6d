export default [
  {
    what: 'a key that was cut off is answered like an unknown one',
    file: 'apps/api/src/key-revocation/key-revocation.service.ts',
    find: 'if (KEY_LIKE.test(text))',
    replace: 'if (KEY_LIKE.test(text) && text === undefined)',
  },
  {
    what: 'white space around the key counts',
    file: 'apps/api/src/key-revocation/key-revocation.service.ts',
    find: 'given.trim()',
    replace: 'given',
  },
];
