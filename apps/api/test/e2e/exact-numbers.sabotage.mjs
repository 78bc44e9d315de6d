export default [
  {
    what: 'numbers of a body are doubles',
    file: 'apps/api/src/common/http/json-body.ts',
    find: 'return parseJson(utf8.decode(body), MAX_DIGITS);',
    replace: 'return JSON.parse(utf8.decode(body));',
  },
  {
    what: 'numbers read from Postgres are doubles',
    file: 'apps/api/src/database/prepared-query.ts',
    find: '(text: string) => parseJson(text)',
    replace: '(text: string) => JSON.parse(text)',
  },
  {
    what: 'the digest takes a number for the double next to it',
    file: 'apps/api/src/common/exact-json.ts',
    find: 'Number.isFinite(double) && canonicalNumber(String(double)) === canonicalNumber(value.text)',
    replace: 'canonicalNumber(value.text).length > 0',
  },
  {
    what: 'members that count get numbers as texts',
    file: 'apps/api/src/common/validation/to-instance.ts',
    find: 'exact.has(member) ? given : inexact(member, given)',
    replace: 'given',
  },
  {
    what: 'a number of any size is taken',
    file: 'apps/api/src/common/exact-json.ts',
    find: 'if (written > mostDigits) throw',
    replace: 'if (written < 0) throw',
  },
];
