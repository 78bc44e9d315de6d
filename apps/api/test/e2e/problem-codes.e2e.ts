import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { PROBLEMS, type ProblemCode } from '../../src/common/problems/catalogue.js';
import { DomainError } from '../../src/common/problems/domain-error.js';
import { VerificationLimits } from '../../src/keys/verification-limits.js';
import { startServer, type TestApp } from '../support/app.js';
import { breakable } from '../support/breakable-database.js';
import { abortAtProvider, begin, finish, REDIRECT_URI, startWithProvider } from '../support/oidc-browser.js';
import { listenAsProvider, type OpenIdProvider } from '../support/openid-provider.mjs';
import {
  admin,
  type Call,
  call,
  createJob,
  expireKey,
  forgeKey,
  issueKey,
  leaveUnused,
  listen,
  type Method,
  registerCoordinator,
  registerOperator,
  signIn,
  startJob,
  succeed,
} from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';
import { removeRecords } from './feed-fixture.js';
import { type HttpFixture, startHttpFixture } from './http-fixture.js';

interface Answered {
  status: number;
  body: { code?: string; detail?: string };
}

let test: TestApp;
let provider: OpenIdProvider;
let fixture: HttpFixture;
let home: Tenant;
let foreign: Tenant;

beforeAll(async () => {
  provider = await listenAsProvider();
  await provider.serve({ redirectUris: [REDIRECT_URI] });
  test = await startWithProvider(provider.issuer, [{ claim: 'groups', value: 'admins', role: 'ADMIN' }]);
  await listen(test);
  fixture = await startHttpFixture();
  home = await registerTenant(test);
  foreign = await registerTenant(test);
});

afterAll(async () => {
  await fixture?.close();
  await test?.close();
  await provider?.close();
});

/** The home coordinator, unless another key is given. */
function ask(method: Method, path: string, body?: object, of: Call = {}): Promise<Answered> {
  return call(test, method, path, {
    key: home.coordinator.apiKey,
    ...(body !== undefined && { body }),
    ...of,
  });
}

const listJobs = (key: string) => ask('get', '/coordinator/jobs', undefined, { key });
const create = (more: object = {}, of: Call = {}) =>
  ask('post', '/coordinator/jobs', { workspaceId: home.workspaceId, type: 'build', ...more }, of);
const dispatch = (more: object) =>
  ask('post', '/stitcher/dispatch', {
    workspaceId: home.workspaceId,
    repository: home.repository,
    type: 'review',
    issueNumber: 1,
    ...more,
  });

async function another(of: Parameters<typeof registerCoordinator>[1] = {}) {
  return await registerCoordinator(test, { workspaceIds: [home.workspaceId], ...of });
}

async function ofFixture(method: string, path: string, headers: string[] = []): Promise<Answered> {
  const answer = await fixture.send(method, path, headers);
  return { status: answer.status, body: answer.json() };
}

/**
 * How a client comes to each problem. The compiler asks for every code of the table, and the table for every code that is thrown: one
 * that nothing throws has no way here, and one that the table lacks does not compile.
 */
const WAYS: Record<ProblemCode, () => Promise<Answered>> = {
  'invalid-request': () => create({ type: '' }),
  'malformed-json': () => ask('post', '/coordinator/jobs', undefined, { body: '{' }),
  'missing-credential': () => call(test, 'get', '/coordinator/jobs'),
  'invalid-credential': () => listJobs('crk_nonsense'),
  'key-revoked': async () => {
    const { id, key, apiKey } = await another();
    await admin(test, 'delete', `/admin/coordinators/${id}/keys/${key.id}`);
    return listJobs(apiKey);
  },
  'key-expired': async () => {
    const { key, apiKey } = await another();
    await expireKey(test, key.id);
    return listJobs(apiKey);
  },
  'session-ended': async () => {
    const headers = await signIn(test, test.adminKey);
    succeed(await call(test, 'delete', '/session', { headers }));
    return call(test, 'get', '/session', { headers });
  },
  'session-expired': async () => {
    const { id, accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    await leaveUnused(test, id);
    return call(test, 'get', '/session', { headers });
  },
  // `oidc-refusals.e2e.ts` has the other ways to these three, with a real provider.
  'sign-in-failed': async () => finish(test, 'code=unknown', ''),
  'sign-in-refused': async () => {
    const { url, cookie } = await begin(test);
    return finish(test, await abortAtProvider(url), cookie);
  },
  'provider-unavailable': async () => {
    const { url, cookie } = await begin(test);
    const state = url.searchParams.get('state');
    return finish(test, `error=server_error&iss=${provider.issuer}&state=${state}`, cookie);
  },
  'cross-site-request': async () => {
    const headers = { ...(await signIn(test, test.adminKey)), 'Sec-Fetch-Site': 'same-site' };
    return call(test, 'delete', '/session', { headers });
  },
  'https-required': () =>
    call(test, 'post', '/session', {
      body: { accessKey: test.adminKey },
      headers: { Origin: 'http://registry.example' },
    }),
  'coordinator-suspended': async () => {
    const { id, apiKey } = await another();
    await admin(test, 'patch', `/admin/coordinators/${id}`, { status: 'SUSPENDED' });
    return listJobs(apiKey);
  },
  'network-forbidden': async () => listJobs((await another({ allowedNetworks: ['203.0.113.7'] })).apiKey),
  'permission-missing': async () => listJobs((await another({ permissions: ['jobs:write'] })).apiKey),
  'workspace-forbidden': () => create({ workspaceId: foreign.workspaceId }),
  'repository-forbidden': () => dispatch({ repository: foreign.repository }),
  'route-undeclared': () => ofFixture('POST', '/undeclared'),
  'not-found': () => ask('get', `/coordinator/jobs/${randomUUID()}`),
  'route-not-found': () => ask('get', '/nowhere'),
  'method-not-allowed': () => ask('delete', '/coordinator/jobs'),
  'already-exists': () =>
    ask(
      'post',
      '/admin/coordinators',
      { name: home.coordinator.name, workspaceIds: [] },
      { key: test.adminKey },
    ),
  'last-admin': async () => {
    const { items } = await admin<{ items: { id: string; role: string }[] }>(test, 'get', '/admin/operators');
    const last = items.find(({ role }) => role === 'ADMIN');
    return ask('delete', `/admin/operators/${last?.id}`, undefined, { key: test.adminKey });
  },
  'illegal-transition': async () => {
    const { id } = await createJob(test, home.coordinator);
    return ask('post', `/coordinator/jobs/${id}/complete`, {});
  },
  'job-cancelled': async () => {
    const { id } = await startJob(test, home.coordinator);
    await ask('patch', `/coordinator/jobs/${id}/status`, { status: 'CANCELLED' });
    return ask('post', `/coordinator/jobs/${id}/complete`, {});
  },
  'attempts-exhausted': async () => {
    const { id } = await startJob(test, home.coordinator, { maxAttempts: 1 });
    await ask('post', `/coordinator/jobs/${id}/fail`, { error: 'broken' });
    return ask('post', `/coordinator/jobs/${id}/retry`, {});
  },
  'job-final': async () => {
    const { id } = await startJob(test, home.coordinator);
    await ask('post', `/coordinator/jobs/${id}/fail`, { error: 'broken', final: true });
    return ask('post', `/coordinator/jobs/${id}/retry`, {});
  },
  'running-limit-reached': async () => {
    const limited = await another({ maxRunning: 1 });
    await startJob(test, limited);
    const { id } = await createJob(test, limited);
    const body = { status: 'RUNNING', agentId: 'agent-2' };
    return ask('patch', `/coordinator/jobs/${id}/status`, body, { key: limited.apiKey });
  },
  'stale-attempt': async () => {
    const { id } = await startJob(test, home.coordinator);
    return ask('patch', `/coordinator/jobs/${id}/progress`, { progressPercent: 1, attempt: 2 });
  },
  'active-job-exists': async () => {
    await dispatch({ issueNumber: 2 });
    return dispatch({ issueNumber: 2 });
  },
  'successor-exists': async () => {
    const { id, key } = await another();
    const rotate = () =>
      ask('post', `/admin/coordinators/${id}/keys/${key.id}/rotate`, undefined, { key: test.adminKey });
    await rotate();
    return rotate();
  },
  'record-unsealed': async () => {
    const held = await test.database.owner.connect();
    try {
      // The sealer waits for the table of leaves; the job is created all the same.
      await held.query('BEGIN');
      await held.query('LOCK TABLE public.audit_leaves IN SHARE MODE');
      const { id } = await createJob(test, home.coordinator);
      const { rows } = await held.query('SELECT id FROM public.audit_log WHERE resource_id = $1', [id]);
      return await ask('get', `/audit-log/${rows[0].id}/proof`, undefined, { key: test.adminKey });
    } finally {
      await held.query('ROLLBACK');
      held.release();
    }
  },
  'precondition-failed': async () => {
    const { id } = await createJob(test, home.coordinator);
    const headers = { 'If-Match': '"7"' };
    return ask('patch', `/coordinator/jobs/${id}/status`, { status: 'CANCELLED' }, { headers });
  },
  'content-too-large': () => create({ metadata: { text: 'x'.repeat(300_000) } }),
  'unsupported-media-type': () =>
    test
      .http()
      .post('/coordinator/jobs')
      .set('X-API-Key', home.coordinator.apiKey)
      .set('Content-Type', 'text/plain')
      .send('text'),
  'idempotency-key-reused': async () => {
    const headers = { 'Idempotency-Key': 'once' };
    await create({}, { headers });
    return create({ priority: 1 }, { headers });
  },
  'rate-limited': async () => {
    const { apiKey } = await another({ rateLimitPerMinute: 1 });
    await listJobs(apiKey);
    return listJobs(apiKey);
  },
  'too-many-failures': async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.99' };
    const fail = () => ask('get', '/coordinator/jobs', undefined, { key: forgeKey(), headers });
    for (let n = 0; n < 30; n += 1) await fail();
    return fail();
  },
  'position-unknown': () => ask('get', '/audit-log/feed?after=999999999', undefined, { key: test.adminKey }),
  'position-pruned': async () => {
    await removeRecords(test, 0, 2);
    return await ask('get', '/audit-log/feed?after=0', undefined, { key: test.adminKey });
  },
  'exports-limited': async () => {
    const held = await test.database.owner.connect();
    // Neither gets on until the other has been refused.
    await held.query('BEGIN');
    await held.query('LOCK TABLE public.audit_leaves IN ACCESS EXCLUSIVE MODE');
    const both = [1, 2].map(() => ask('get', '/audit-log/export', undefined, { key: test.adminKey }));
    try {
      return await Promise.race(both);
    } finally {
      await held.query('ROLLBACK');
      held.release();
      await Promise.all(both);
    }
  },
  'request-timeout': async () => {
    const server = fixture.app.getHttpServer();
    // Node looks twice a minute for those that are late.
    server.once('connection', (socket: Socket) =>
      server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket),
    );
    return await ofFixture('GET', '/list');
  },
  'headers-too-large': () => ofFixture('GET', '/list', ['x', 'y'.repeat(20_000)]),
  overloaded: async () => {
    const { apiKey } = await issueKey(test, home.coordinator.id);
    const { hashing } = test.app.get(VerificationLimits, { strict: false });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const queued: Promise<unknown>[] = [];
    const full = new Promise<void>((resolve) => {
      for (let n = 0; n < 1_000; n += 1) queued.push(hashing.run(() => held).catch(() => resolve()));
    });
    try {
      await full;
      return await listJobs(apiKey);
    } finally {
      release();
      await Promise.all(queued);
    }
  },
  'database-unavailable': async () => {
    const line = await breakable(test.database.apiUrl);
    const server = await startServer(line.url);
    try {
      line.cut();
      return await supertest(server.getHttpServer()).post('/keys/revoke').send({ key: forgeKey() });
    } finally {
      line.mend();
      await server.close();
      await line.close();
    }
  },
  'internal-error': () => ofFixture('GET', '/broken'),
};

describe('table of problems', () => {
  it.each(Object.entries(WAYS))('%s is answered by a request', async (code, comeTo) => {
    const { status, body } = await comeTo();
    expect({ status, code: body.code }).toEqual({ status: PROBLEMS[code as ProblemCode].status, code });
    if (status === 503) expect(body.detail).toMatch(/Nothing was done|It is not known/);
  });
});

it('the type of DomainError accepts only codes of the table', () => {
  // @ts-expect-error: `npm run check` fails here should a code that the table lacks ever compile
  expect(new DomainError('no-such-problem', 'A problem of no table.').code).toBe('no-such-problem');
});

it('the table of problems contains every code that Postgres functions return', async () => {
  const { rows } = await test.database.owner.query<{ code: string }>(
    `SELECT DISTINCT code[1] AS code
     FROM pg_catalog.pg_proc, pg_catalog.regexp_matches(prosrc, 'THEN ''([a-z]+(?:-[a-z]+)+)''', 'g') AS code
     WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'authorize\\_%'`,
  );
  expect(rows.length).toBeGreaterThan(3);
  for (const { code } of rows) expect(Object.keys(PROBLEMS)).toContain(code);
});
