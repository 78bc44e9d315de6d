import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import type { Headers } from '../support/credentials.js';
import {
  admin,
  call,
  FROM_A_PAGE,
  forgeKey,
  kidOf,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  signIn,
  writeAsSystem,
} from '../support/registry.js';
import { codeOf, endsOf, sessionsOf } from '../support/sessions.js';

const HOUR_MS = 3_600_000;

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
});

afterAll(() => test?.close());

const post = (accessKey: unknown, headers: Headers = FROM_A_PAGE) =>
  call(test, 'post', '/session', { body: { accessKey }, headers });
const get = (path: string, headers: Headers) => call(test, 'get', path, { headers });

describe('POST /session', () => {
  it('opens a session, whose cookie takes the place of the key', async () => {
    const { id: workspaceId } = await registerWorkspace(test);
    const { id, operator, accessKey } = await registerOperator(test, { workspaceIds: [workspaceId] });
    const answer = await post(accessKey);
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ location: '/session', 'cache-control': 'no-store' });
    const [set = ''] = answer.headers['set-cookie'] ?? [];
    expect(set).toMatch(/^__Host-session=[\w-]{43}; Secure; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(answer.body).toEqual({
      operator: { id, name: operator.name, role: 'OPERATOR', workspaceIds: [workspaceId] },
      permissions: ['audit:read', 'operator-jobs:read', 'operator-jobs:write'],
      idleExpiresAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    const cookie = { Cookie: set.split(';')[0] ?? '' };
    // It has been used since.
    expect((await get('/session', cookie)).body).toEqual({
      ...answer.body,
      idleExpiresAt: expect.any(String),
    });
    expect((await get('/jobs', cookie)).status).toBe(200);
    expect((await get('/me', cookie)).body).toMatchObject({ id, name: operator.name });
  });

  it('stores a digest of the token only, and neither answers nor logs it', async () => {
    const { id, accessKey } = await registerOperator(test);
    const { Cookie = '' } = await signIn(test, accessKey);
    const token = Cookie.split('=')[1] ?? '';
    const { rows } = await test.database.owner.query<{ session: string; hash: string }>(
      "SELECT session::text, encode(token_hash, 'hex') AS hash FROM public.operator_sessions AS session WHERE operator_id = $1",
      [id],
    );
    expect(rows[0]?.hash).toBe(createHash('sha256').update(token).digest('hex'));
    const records = await recordsWhere(test, 'actor_id = $1', [id]);
    const answers = [(await get('/sessions', { Cookie })).text, (await get('/session', { Cookie })).text];
    for (const text of [rows[0]?.session, JSON.stringify(records), ...answers]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain('token');
    }
  });

  it('makes a new token at each sign-in, and keeps the other sessions', async () => {
    const { accessKey } = await registerOperator(test);
    const first = await signIn(test, accessKey);
    const second = await signIn(test, accessKey);
    expect(first.Cookie).not.toBe(second.Cookie);
    // A browser that signs in again sends its old cookie along.
    const third = await post(accessKey, { ...first });
    expect(third.status).toBe(201);
    expect(await sessionsOf(test, first)).toHaveLength(3);
  });

  it('lasts 30 minutes without use, and 12 hours', async () => {
    const { id, accessKey } = await registerOperator(test);
    const { body } = await post(accessKey);
    const { rows } = await test.database.owner.query<{ created_at: Date }>(
      'SELECT created_at FROM public.operator_sessions WHERE operator_id = $1',
      [id],
    );
    const opened = rows[0]?.created_at.getTime() ?? 0;
    expect(Date.parse(body.idleExpiresAt) - opened).toBe(HOUR_MS / 2);
    expect(Date.parse(body.expiresAt) - opened).toBe(12 * HOUR_MS);
  });

  it('takes white space around the key', async () => {
    expect((await post(` ${test.adminKey}\n`)).status).toBe(201);
  });

  it('refuses what the guard refuses, with the same codes', async () => {
    const expired = await registerOperator(test);
    await writeAsSystem(
      test,
      'UPDATE public.operators SET key_expires_at = pg_catalog.statement_timestamp() FROM ctx WHERE ctx.ready AND id = $1',
      [expired.id],
    );
    const deleted = await registerOperator(test);
    await admin(test, 'delete', `/admin/operators/${deleted.id}`);
    const distant = await registerOperator(test, { allowedNetworks: ['203.0.113.0/24'] });
    expect(await codeOf(post(expired.accessKey))).toBe('key-expired');
    expect(await codeOf(post(deleted.accessKey))).toBe('key-revoked');
    expect(await codeOf(post(distant.accessKey))).toBe('network-forbidden');
    for (const wrong of ['', 'nonsense', forgeKey('cro_'), forgeKey('cro_', kidOf(distant.accessKey))]) {
      expect(await codeOf(post(wrong))).toBe('invalid-credential');
    }
    const { apiKey: ofCoordinator } = await registerCoordinator(test);
    expect((await post(ofCoordinator)).body).toMatchObject({
      code: 'invalid-credential',
      detail: "This route takes an operator's key (cro_…), not a coordinator's (crk_…).",
    });
    for (const body of [{}, { accessKey: 1 }, { accessKey: distant.accessKey, more: 1 }]) {
      expect(await codeOf(call(test, 'post', '/session', { body, headers: FROM_A_PAGE }))).toBe(
        'invalid-request',
      );
    }
  });

  it('records a refusal with the operator whose key is proven', async () => {
    const distant = await registerOperator(test, { allowedNetworks: ['203.0.113.0/24'] });
    await post(distant.accessKey);
    let records = await recordsWhere(test, 'actor_id = $1', [distant.id]);
    while (records.length === 0) records = await recordsWhere(test, 'actor_id = $1', [distant.id]);
    expect(records).toEqual([expect.objectContaining({ action: 'access.denied', outcome: 'DENIED' })]);
  });

  it('counts as a failure like a request with a wrong key', async () => {
    const from = { ...FROM_A_PAGE, 'X-Forwarded-For': '198.51.100.9' };
    const answers = [];
    for (let at = 0; at <= 30; at++) answers.push(await codeOf(post(forgeKey('cro_'), from)));
    expect(answers.filter((it) => it === 'invalid-credential')).toHaveLength(30);
    expect(answers.at(-1)).toBe('too-many-failures');
    expect((await post(test.adminKey, from)).status).toBe(201);
  });

  it('counts as a request of its operator', async () => {
    const { accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    const { headers: standing } = await get('/session', headers);
    expect(standing).toMatchObject({ 'ratelimit-limit': '600', 'ratelimit-remaining': '598' });
  });

  it('needs a page of this server', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(await codeOf(post(test.adminKey, { 'Sec-Fetch-Site': site }))).toBe('cross-site-request');
    }
    expect(await codeOf(post(test.adminKey, { Origin: 'https://evil.example' }))).toBe('cross-site-request');
    expect(await codeOf(post(test.adminKey, {}))).toBe('cross-site-request');
  });

  it.each<[string, Headers, boolean]>([
    ['from this machine', {}, true],
    ['of a browser that trusts the way', FROM_A_PAGE, true],
    ['from a page over https', { Origin: 'https://registry.example' }, true],
    ['from a page of localhost', { Origin: 'http://localhost:3000' }, true],
    ['from a page of 127.0.0.1', { Origin: 'http://127.0.0.1:3000' }, true],
    ['from a page of [::1]', { Origin: 'http://[::1]:3000' }, true],
    ['through a proxy with TLS', { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': 'https' }, true],
    ['through another proxy with TLS', { Forwarded: 'for=192.0.2.1;proto=https' }, true],
    ['from a page over http', { Origin: 'http://registry.example' }, false],
    ['from a page of a similar name', { Origin: 'http://localhost.example' }, false],
    ['through a proxy without TLS', { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': 'http' }, false],
    ['through a proxy that does not say', { 'X-Forwarded-For': '192.0.2.1' }, false],
  ])('%s: a session can be kept, or signing in is refused', async (_, headers, secure) => {
    expect((await get('/session/options', headers)).body).toEqual({ oidc: null, secure });
    const refusal = await codeOf(post(test.adminKey, headers));
    expect(refusal === 'https-required').toBe(!secure);
  });

  it('ends the oldest sessions of an operator beyond 50', async () => {
    const { id, accessKey } = await registerOperator(test);
    const first = await signIn(test, accessKey);
    for (let at = 1; at < 50; at++) await signIn(test, accessKey);
    expect((await get('/session', first)).status).toBe(200);
    const last = await signIn(test, accessKey);
    expect(await codeOf(get('/session', first))).toBe('session-ended');
    expect(await sessionsOf(test, last)).toHaveLength(50);
    expect(await endsOf(test, id)).toEqual([expect.objectContaining({ reason: 'superseded' })]);
  });
});
