const CREDENTIAL = 'apps/api/src/common/http/credential.ts';

export default [
  {
    what: 'a bearer behind Basic credentials counts alone',
    file: CREDENTIAL,
    find: 'others.length > 0 || authorizations > 1',
    replace: 'others.length > 0',
  },
  {
    what: 'whatever begins with Basic is left to a proxy',
    file: CREDENTIAL,
    find: String.raw`/^basic +[\w.~+/-]+=*$/i`,
    replace: '/^basic/i',
  },
  {
    what: 'Basic credentials stay in the request',
    file: CREDENTIAL,
    find: 'if (found.length === 0 && kept.length === raw.rawHeaders.length)',
    replace: 'if (found.length === 0)',
  },
];
