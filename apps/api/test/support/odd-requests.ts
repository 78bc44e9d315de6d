import fc from 'fast-check';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { argumentsOf } from '../../src/common/openapi/handler-arguments.js';
import { membersOf } from '../../src/common/openapi/request-schema.js';
import { encodeCursor } from '../../src/common/pagination/cursor.js';
import type { RouteRequest } from './route-cases.js';

/* Requests that nobody would send: what a route takes is read from its declaration. */

const NOTHING = '00000000-0000-7000-8000-000000000000';

/** A request as it goes over the wire. */
export interface Sent {
  who: string;
  /** placed into the path as they stand */
  params: string[];
  /** after the `?`, as it stands */
  query: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const encoded = text.map((it) => encodeURIComponent(Buffer.from(it).toString()));
/** What a line of a header can be made of. */
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((it) => it !== 0x7f)
    .map((it) => String.fromCharCode(it)),
  maxLength: 300,
});
/** Never a lease that ends while the test runs: it would be taken back by the server itself. */
const anyNumber = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true }))
  .map((it) => (it >= 30 && it < 300 ? 300 : it));
const ODD_TEXTS = [
  '',
  ' ',
  'null',
  '\0',
  '\ud800',
  '\u202e',
  "'; DROP TABLE jobs; --",
  '%00',
  'x'.repeat(300_000),
];
const ODD_IDS = ['%', '%ff', '%00', '%C0%80', '..', '%2e%2e%2f', 'a'.repeat(500), NOTHING];
const ODD_BODIES = [
  '',
  ' ',
  '{',
  '[]',
  'null',
  '"\\u0000"',
  '{"type":"\\ud800"}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{}}}',
  '{"toString":1}',
  '{"priority":1e999}',
  `${'['.repeat(100)}${']'.repeat(100)}`,
  `{"metadata":${'{"a":'.repeat(63)}1${'}'.repeat(63)}}`,
  '\ufeff{}',
];
const anyId = fc.oneof(
  fc.uuid(),
  fc.constantFrom(NOTHING, NOTHING.toUpperCase(), 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
);
const anyMember = fc.oneof(
  fc.jsonValue(),
  anyNumber,
  anyId,
  fc.array(anyId, { maxLength: 3 }),
  fc.constantFrom(...ODD_TEXTS),
  fc.constantFrom('2030-01-31T12:00:00Z', '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z', '10.0.0.0/8'),
  fc.constantFrom('RUNNING', 'CANCELLED', 'ADMIN', 'OPERATOR', 'SUSPENDED', 'ACTIVE', 'jobs:read'),
);
const anyCursor = fc.oneof(
  fc
    .tuple(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), fc.uuid())
    .map(([at, id]) => encodeCursor({ t: at.toISOString(), id })),
  fc.uint8Array().map((it) => Buffer.from(it).toString('base64url')),
  fc.maxSafeInteger().map((it) => Buffer.from(JSON.stringify({ seq: it })).toString('base64url')),
);

/** Of query parameters, and of members of the body. */
function namesOf(route: DeclaredRoute): { names: string[]; members: string[] } {
  const taken = argumentsOf(route);
  const ofKind = (kind: 'query' | 'body') =>
    taken.flatMap((it) => (it.kind === kind && it.type !== undefined ? membersOf(it.type) : []));
  return {
    names: ofKind('query').map(({ name }) => name),
    members: ofKind('body').map(({ name }) => name),
  };
}

/** Requests to the route: some that pass but for one thing, some that are nothing but noise. */
export function anyRequest(route: DeclaredRoute, good: RouteRequest, callers: string[]): fc.Arbitrary<Sent> {
  const taken = argumentsOf(route);
  const names = taken
    .flatMap((it) => (it.kind === 'query' ? membersOf(it.type) : []))
    .map(({ name }) => name);
  const members = taken
    .flatMap((it) => (it.kind === 'body' && it.type !== undefined ? membersOf(it.type) : []))
    .map(({ name }) => name);
  const placed = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(encodeURIComponent(good.params?.[name] ?? '')) },
      { weight: 1, arbitrary: anyId },
      { weight: 1, arbitrary: encoded },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...ODD_IDS),
      },
    ),
  );
  const parameter = fc.tuple(
    names.length > 0
      ? fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: encoded })
      : encoded,
    fc.oneof(
      encoded,
      anyCursor,
      anyId,
      fc.integer().map(String),
      fc.constantFrom('1', '100', '%', '%00', '%ed%a0%80', 'PENDING', 'job.created', 'SUCCESS', 'acme/shop'),
      fc.constantFrom('2026-01-01T00:00:00Z', '9999-12-31T23:59:59%2B23:59', '0001-01-01T00:00:00Z'),
    ),
  );
  const goodBody = good.body ?? {};
  const changed = fc
    .tuple(
      fc.dictionary(
        fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom(...members, ...Object.keys(goodBody), 'extra') },
          { weight: 1, arbitrary: fc.string() },
        ),
        anyMember,
        { maxKeys: 3 },
      ),
      fc.subarray(Object.keys(goodBody)),
    )
    .map(([replaced, dropped]) => {
      const kept = Object.entries(goodBody).filter(([name]) => !dropped.includes(name));
      return JSON.stringify({ ...Object.fromEntries(kept), ...replaced });
    });
  const goodText = good.body === undefined ? undefined : JSON.stringify(good.body);
  return fc.record({
    who: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...callers) },
      {
        weight: 1,
        arbitrary: fc.constant(rightful(route)),
      },
    ),
    params: fc.tuple(...placed),
    query: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      {
        weight: 3,
        arbitrary: fc
          .array(parameter, { maxLength: 3 })
          .map((it) => it.map(([name, value]) => `${name}=${value}`).join('&')),
      },
      { weight: 1, arbitrary: encoded },
    ),
    headers: fc.record(
      {
        'Content-Type': fc.oneof(
          { weight: 8, arbitrary: fc.constant('application/json') },
          {
            weight: 1,
            arbitrary: fc.constantFrom(
              'text/plain',
              'application/json; charset=utf-16',
              'multipart/form-data',
              ';',
            ),
          },
        ),
        'Idempotency-Key': fc.oneof(headerText, fc.constantFrom('', 'once')),
        'If-Match': fc.oneof(headerText, fc.constantFrom('*', '"1"', 'W/"1"', '"1", "99999999999"')),
        'X-Request-Id': headerText,
        'X-Gitea-Event': fc.oneof(headerText, fc.constantFrom('issues', 'issue_comment', 'push')),
        'User-Agent': headerText,
        Accept: headerText,
      },
      { requiredKeys: ['Content-Type'] },
    ),
    body:
      route.method === 'GET'
        ? fc.constant(undefined)
        : fc.oneof(
            { weight: 2, arbitrary: fc.constant(goodText) },
            { weight: 6, arbitrary: changed },
            { weight: 1, arbitrary: fc.jsonValue().map((it) => JSON.stringify(it)) },
            { weight: 1, arbitrary: fc.constantFrom(...ODD_BODIES) },
          ),
  });
}

const ODD_MEMBERS: unknown[] = [
  null,
  true,
  -1,
  0.5,
  2 ** 31,
  2 ** 63,
  1e308,
  '',
  '\0',
  '\ud800',
  'x'.repeat(70_000),
  [],
  [null],
  ['\0'],
  {},
  { '\0': 1 },
  { toString: null, length: -1 },
];
const ODD_PARAMETERS = ['', '%00', '%ed%a0%80', '-1', '0', '1e3', '99999999999999999999', 'null', '%27%3b--'];
const ODD_CURSORS = ['0000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '9999-12-31T23:59:59.999Z'].map(
  (t) => encodeCursor({ t, id: NOTHING }),
);

/** A request that would be granted, except that it has one odd value. */
export function almostGood(route: DeclaredRoute, good: RouteRequest): Sent[] {
  const { names, members } = namesOf(route);
  const params = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => good.params?.[name] ?? '');
  const { body } = good;
  const sent: Sent = {
    who: rightful(route),
    params,
    query: '',
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  };
  const named = [...new Set([...members, ...Object.keys(body ?? {})])];
  const bodies = named.flatMap((member) =>
    ODD_MEMBERS.map((odd) => JSON.stringify({ ...body, [member]: odd })),
  );
  const queries = names.flatMap((name) => [...ODD_PARAMETERS, ...ODD_CURSORS].map((odd) => `${name}=${odd}`));
  const places = params.flatMap((_, at) => ODD_IDS.map((odd) => params.with(at, odd)));
  return [
    ...bodies.map((it) => ({ ...sent, body: it })),
    ...queries.map((query) => ({ ...sent, query })),
    ...places.map((it) => ({ ...sent, params: it })),
  ];
}

/** Who may call most routes of its kind. */
function rightful({ access }: DeclaredRoute): string {
  return access?.kind === 'operator' ? 'an ADMIN of many' : "a coordinator's key";
}
