const CREDENTIAL = 'apps/api/src/common/http/credential.ts';

export default [
  {
    what: 'a bearer behind Basic credentials counts alone',
    file: CREDENTIAL,
    find: 'found.length > 1 || authorizations > 1',
    replace: 'found.length > 1',
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
    find: "rawHeaders[at + 1] = headers.authorization = '';",
    replace: "if (!BASIC.test(value)) rawHeaders[at + 1] = headers.authorization = '';",
  },
];
