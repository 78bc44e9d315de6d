import type { Access } from '../../src/common/access/access.js';
import type { AppConfig } from '../../src/config/app-config.js';
import type { OperatorRole } from '../../src/operators/operator.js';
import { SessionSweeper } from '../../src/sessions/session-sweeper.js';
import type { TestApp } from './app.js';
import {
  admin,
  call,
  expireKey,
  FROM_A_PAGE,
  forgeKey,
  issueKey,
  kidOf,
  leaveUnused,
  registerCoordinator,
  registerOperator,
  signIn,
  succeed,
  writeAsSystem,
} from './registry.js';
import type { Tenant } from './route-cases.js';

const ENVIRONMENT_KEY = 'the-key-of-the-environment-in-this-test';
const METRICS_TOKEN = 'the-token-of-the-metrics-collector';

/** What a server needs for {@link everyCredential}: addresses that the test makes up, so that none fails too often. */
export const WITH_EVERY_CREDENTIAL: Partial<AppConfig> = {
  trustProxy: 1,
  metricsToken: METRICS_TOKEN,
  environmentKey: { key: ENVIRONMENT_KEY, name: 'environment', workspaceIds: [] },
};

export type Headers = Record<string, string | string[]>;
type Verdict = 'granted' | `${number} ${string}`;

export interface Credential {
  name: string;
  headers: Headers;
  /** by who may call a route; a route for anybody does not look at it */
  at: Record<'coordinator' | 'operator' | 'monitoring', Verdict>;
  /** what it may not do for want of a permission */
  lacks?: readonly string[];
  /** the same kind of credential anew, if a request that is granted may end it */
  renew?: () => Promise<Headers>;
}

export const apiKey = (key: string | string[]): Headers => ({ 'X-API-Key': key });
export const bearer = (key: string): Headers => ({ Authorization: `Bearer ${key}` });

/** What a browser or a client sends to a proxy that asks for a password. */
const OF_A_PROXY = `Basic ${Buffer.from('ada:password').toString('base64')}`;

/** Of a program on another machine that collects metrics. */
export const METRICS: Headers = bearer(METRICS_TOKEN);

const INVALID = '401 invalid-credential';
const MISSING = '401 missing-credential';
const NEEDED = { coordinator: MISSING, operator: MISSING, monitoring: MISSING } as const;
const NOWHERE = { coordinator: INVALID, operator: INVALID, monitoring: INVALID } as const;

/** Every kind of credential there is: none, what proves nothing, and all the keys of those who may touch `home`, or might once. */
export async function everyCredential(test: TestApp, home: Tenant): Promise<Credential[]> {
  return [...nonsense(test, home), ...(await ofCoordinators(test, home)), ...(await ofOperators(test, home))];
}

/** Credentials that prove nothing. */
function nonsense(test: TestApp, home: Tenant): Credential[] {
  const key = home.coordinator.apiKey;
  const noCredential: Record<string, Headers> = {
    nothing: {},
    'Basic credentials': { Authorization: OF_A_PROXY },
    'the key as Basic credentials': { Authorization: `basic ${key}` },
  };
  const proveNothing: Record<string, Headers> = {
    'an empty X-API-Key': apiKey(''),
    'an X-API-Key of blanks': apiKey('   '),
    'an empty bearer': bearer(''),
    'another scheme': { Authorization: `Digest ${key}` },
    'Basic credentials that are none': { Authorization: 'Basic ' },
    'a bearer behind Basic credentials, on one line': { Authorization: `${OF_A_PROXY}, Bearer ${key}` },
    'a bearer behind Basic credentials, on two lines': { Authorization: [OF_A_PROXY, `Bearer ${key}`] },
    'a key and twice Basic credentials': { ...apiKey(key), Authorization: [OF_A_PROXY, OF_A_PROXY] },
    'no scheme': { Authorization: key },
    'a malformed X-API-Key': apiKey('crk_nonsense'),
    'a malformed bearer': bearer('cro_nonsense'),
    'an over-long key': apiKey(`crk_${'a'.repeat(600)}`),
    'the key on two lines': apiKey([key, key]),
    'two keys on one line': apiKey(`${key}, ${key}`),
    'the key in two headers': { ...apiKey(key), ...bearer(key) },
    'the keys of both sides': { ...apiKey(key), ...bearer(test.adminKey) },
    "a coordinator's key with a wrong checksum": apiKey(otherLast(key)),
    "an operator's key with a wrong checksum": bearer(otherLast(test.adminKey)),
    "an unknown coordinator's key": apiKey(forgeKey('crk_')),
    "an unknown operator's key": bearer(forgeKey('cro_')),
    "a coordinator's key with a wrong secret": apiKey(forgeKey('crk_', kidOf(key))),
    "an operator's key with a wrong secret": bearer(forgeKey('cro_', kidOf(test.adminKey))),
    "a coordinator's kid in an operator's key": bearer(forgeKey('cro_', kidOf(key))),
    "an operator's key in X-API-Key": apiKey(test.adminKey),
    'another key of the environment': apiKey(`${ENVIRONMENT_KEY}-`),
    'the key of the environment as a bearer': bearer(`${ENVIRONMENT_KEY}-`),
    'a wrong token for metrics': bearer(`${METRICS_TOKEN}-`),
  };
  return [
    ...Object.entries(noCredential).map(([name, headers]) => ({ name, headers, at: NEEDED })),
    ...Object.entries(proveNothing).map(([name, headers]) => ({ name, headers, at: NOWHERE })),
    {
      name: 'the token for metrics',
      headers: METRICS,
      at: { ...NOWHERE, monitoring: 'granted' },
    },
  ];
}

async function ofCoordinators(test: TestApp, home: Tenant): Promise<Credential[]> {
  const register = (of: Parameters<typeof registerCoordinator>[1] = {}) =>
    registerCoordinator(test, { workspaceIds: [home.workspaceId], ...of });
  // A registration that names no permissions does not grant it.
  const lacks = ['keys:rotate'];
  const at = (coordinator: Verdict) => ({ ...NOWHERE, coordinator });

  const expired = await register();
  await expireKey(test, expired.key.id);
  const revoked = await register();
  await admin(test, 'delete', `/admin/coordinators/${revoked.id}/keys/${revoked.key.id}`);
  const deleted = await register();
  await admin(test, 'delete', `/admin/coordinators/${deleted.id}`);
  const suspended = await register();
  await admin(test, 'patch', `/admin/coordinators/${suspended.id}`, { status: 'SUSPENDED' });
  const elsewhere = await register({ allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'] });
  const rotated = await register();
  const rotate = `/admin/coordinators/${rotated.id}/keys/${rotated.key.id}/rotate`;
  const { apiKey: successor } = await admin<{ apiKey: string }>(test, 'post', rotate);
  const further = await issueKey(test, home.coordinator.id);
  const { items } = await admin<{ items: { id: string; name: string }[] }>(
    test,
    'get',
    '/admin/coordinators?limit=100',
  );
  const environment = items.find(({ name }) => name === 'environment');
  await admin(test, 'patch', `/admin/coordinators/${environment?.id}`, {
    workspaceIds: [home.workspaceId],
    rateLimitPerMinute: 1_000_000,
  });

  const ALL = ['jobs:read', 'jobs:write', 'stitcher:dispatch', 'keys:rotate'];
  const lacking = await Promise.all(
    ALL.map(async (lacked) => ({
      name: `the key of a coordinator without ${lacked}`,
      headers: apiKey((await register({ permissions: ALL.filter((it) => it !== lacked) })).apiKey),
      at: at('granted'),
      lacks: [lacked],
    })),
  );
  return [
    { name: 'an expired key', headers: apiKey(expired.apiKey), at: at('401 key-expired') },
    { name: 'a revoked key', headers: apiKey(revoked.apiKey), at: at('401 key-revoked') },
    {
      name: 'the key of a deleted coordinator',
      headers: apiKey(deleted.apiKey),
      at: at('401 key-revoked'),
    },
    {
      name: 'the key of a suspended coordinator',
      headers: apiKey(suspended.apiKey),
      at: at('403 coordinator-suspended'),
    },
    {
      name: 'a key from the wrong network',
      headers: apiKey(elsewhere.apiKey),
      at: at('403 network-forbidden'),
    },
    ...lacking,
    { name: "a coordinator's key", headers: apiKey(home.coordinator.apiKey), at: at('granted') },
    {
      name: "a coordinator's key as a bearer",
      headers: bearer(home.coordinator.apiKey),
      at: at('granted'),
    },
    {
      name: "a coordinator's key as x-api-key",
      headers: { 'x-api-key': home.coordinator.apiKey },
      at: at('granted'),
    },
    {
      name: "a coordinator's key as X-Api-KEY",
      headers: { 'X-Api-KEY': home.coordinator.apiKey },
      at: at('granted'),
    },
    {
      name: "a coordinator's key as another bearer",
      headers: { authorization: `bEARER ${home.coordinator.apiKey}` },
      at: at('granted'),
    },
    {
      name: "a coordinator's key beside a proxy's Basic credentials",
      headers: { ...apiKey(home.coordinator.apiKey), Authorization: OF_A_PROXY },
      at: at('granted'),
    },
    { name: 'a further key', headers: apiKey(further.apiKey), at: at('granted') },
    { name: 'a rotated key in its overlap', headers: apiKey(rotated.apiKey), at: at('granted'), lacks },
    { name: 'the successor of a rotated key', headers: apiKey(successor), at: at('granted'), lacks },
    { name: 'the key of the environment', headers: apiKey(ENVIRONMENT_KEY), at: at('granted'), lacks },
  ];
}

async function ofOperators(test: TestApp, home: Tenant): Promise<Credential[]> {
  const at = (operator: Verdict) => ({ ...NOWHERE, operator });
  const deleted = await registerOperator(test, { role: 'ADMIN' });
  await admin(test, 'delete', `/admin/operators/${deleted.id}`);
  const expired = await registerOperator(test, { role: 'ADMIN' });
  await writeAsSystem(
    test,
    `UPDATE public.operators SET key_expires_at = pg_catalog.statement_timestamp()
     FROM ctx WHERE ctx.ready AND id = $1`,
    [expired.id],
  );
  const distant = await registerOperator(test, { role: 'ADMIN', allowedNetworks: ['203.0.113.0/24'] });
  const rotated = await registerOperator(test, { role: 'ADMIN' });
  await admin(test, 'post', `/admin/operators/${rotated.id}/rotate`);
  const demoted = await registerOperator(test, { role: 'ADMIN' });
  await admin(test, 'patch', `/admin/operators/${demoted.id}`, { role: 'OPERATOR', workspaceIds: null });
  const operator = await registerOperator(test);
  const limited = await registerOperator(test, { workspaceIds: [home.workspaceId] });
  const auditor = await registerOperator(test, { role: 'AUDITOR' });
  const lacks = ['system:admin'];
  const sessions = await ofSessions(test, lacks);
  return [
    ...sessions,
    {
      name: 'the key of a deleted operator',
      headers: bearer(deleted.accessKey),
      at: at('401 key-revoked'),
    },
    { name: "an operator's expired key", headers: bearer(expired.accessKey), at: at('401 key-expired') },
    {
      name: "an operator's key from the wrong network",
      headers: bearer(distant.accessKey),
      at: at('403 network-forbidden'),
    },
    // An operator has one key: with the new one, nothing is left that could prove the old one.
    {
      name: "an operator's key from before its rotation",
      headers: bearer(rotated.accessKey),
      at: at(INVALID),
    },
    {
      name: 'the key of an ADMIN who is none any more',
      headers: bearer(demoted.accessKey),
      at: at('granted'),
      lacks,
    },
    { name: "an OPERATOR's key", headers: bearer(operator.accessKey), at: at('granted'), lacks },
    {
      name: 'the key of an OPERATOR limited to the workspace',
      headers: bearer(limited.accessKey),
      at: at('granted'),
      lacks,
    },
    {
      name: "an AUDITOR's key",
      headers: bearer(auditor.accessKey),
      at: at('granted'),
      lacks: [...lacks, 'operator-jobs:write'],
    },
    { name: "an ADMIN's key", headers: bearer(test.adminKey), at: at('granted') },
  ];
}

/** Signed-in browsers. */
async function ofSessions(test: TestApp, lacks: string[]): Promise<Credential[]> {
  const at = (operator: Verdict) => ({ ...NOWHERE, operator });
  const of = async (role: OperatorRole) =>
    (await registerOperator(test, { role, ...(role === 'ADMIN' && { workspaceIds: null }) })).accessKey;
  /** One session for requests that are refused, and each time a new one of another operator for those that are granted. */
  const live = async (role: OperatorRole) => {
    const other = await of(role);
    return {
      headers: await signIn(test, await of(role)),
      renew: () => signIn(test, other),
      at: at('granted'),
    };
  };
  const rotated = await registerOperator(test, { role: 'ADMIN' });
  const ofRotated = await signIn(test, rotated.accessKey);
  await admin(test, 'post', `/admin/operators/${rotated.id}/rotate`);
  const signedOut = await signIn(test, await of('ADMIN'));
  succeed(await call(test, 'delete', '/session', { headers: signedOut }));
  const idle = await registerOperator(test, { role: 'ADMIN' });
  const unused = await signIn(test, idle.accessKey);
  await leaveUnused(test, idle.id);
  // Otherwise the sweeper would do it during a test that looks at all state.
  await test.app.get(SessionSweeper, { strict: false }).end();
  const { Cookie: cookie = '' } = await signIn(test, test.adminKey);
  const unknown = `__Host-session=${'0'.repeat(43)}`;
  const invalid: Record<string, Headers> = {
    'an unknown session': { Cookie: unknown },
    'a malformed session': { Cookie: '__Host-session=nonsense' },
    'an empty session': { Cookie: '__Host-session=' },
    'a session twice': { Cookie: `${cookie}; ${cookie}` },
    'a session beside a key': { Cookie: cookie, ...bearer(test.adminKey) },
    'a session beside an X-API-Key': { Cookie: cookie, ...apiKey(test.adminKey) },
  };
  return [
    ...Object.entries(invalid).map(([name, headers]) => ({
      name,
      headers: { ...headers, ...FROM_A_PAGE },
      at: NOWHERE,
    })),
    { name: 'the session of a rotated key', headers: ofRotated, at: at('401 session-ended') },
    { name: 'a session after its end', headers: signedOut, at: at('401 session-ended') },
    { name: 'a session that was not used', headers: unused, at: at('401 session-expired') },
    { name: "an ADMIN's session", ...(await live('ADMIN')) },
    { name: "an OPERATOR's session", ...(await live('OPERATOR')), lacks },
    { name: "an AUDITOR's session", ...(await live('AUDITOR')), lacks: [...lacks, 'operator-jobs:write'] },
  ];
}

function otherLast(key: string): string {
  return key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
}

/** What the credential is answered with at a route that declares this access. */
export function verdictOf({ at, lacks = [] }: Credential, access: Access | undefined): Verdict {
  if (access === undefined) return '403 route-undeclared';
  if (access.kind === 'public') return 'granted';
  // None of them is a signature, and no other credential counts.
  if (access.kind === 'webhook') return '401 missing-credential';
  const permission = 'permission' in access ? access.permission : null;
  const lacked = permission !== null && lacks.includes(permission);
  return lacked && at[access.kind] === 'granted' ? '403 permission-missing' : at[access.kind];
}
