import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../../src/common/pagination/page.js';
import type { Operator, OperatorSelf } from '../../src/operators/operator.js';
import type { Session, SignedIn } from '../../src/sessions/session.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import {
  begin,
  finish,
  ofTheConsole,
  REDIRECT_URI,
  refusalsWhere,
  sessionOf,
  signInAtProvider,
  signInWith,
  startWithProvider,
} from '../support/oidc-browser.js';
import { CLIENT_ID, listenAsProvider, type OpenIdProvider } from '../support/openid-provider.mjs';
import {
  admin,
  call,
  forgeKey,
  listen,
  registerOperator,
  signIn,
  succeed,
  writeAsSystem,
} from '../support/registry.js';

const WORKSPACE = '0198c0de-0000-7c11-9d2e-5f60718293a4';

let provider: OpenIdProvider;
let test: TestApp;

beforeAll(async () => {
  provider = await listenAsProvider();
  await provider.serve({ redirectUris: [REDIRECT_URI] });
  test = await startWithProvider(provider.issuer, [
    { claim: 'groups', value: 'admins', role: 'ADMIN' },
    { claim: 'groups', value: 'shop', role: 'OPERATOR', workspaceIds: [WORKSPACE] },
    { claim: 'groups', value: 'audit', role: 'AUDITOR', workspaceIds: null },
  ]);
  await listen(test);
});

afterAll(async () => {
  await test?.close();
  await provider?.close();
});

let made = 0;

/** A person at the provider. @returns the subject, which is also the login */
function person(groups: string[], claims: Record<string, unknown> = {}): string {
  made += 1;
  const subject = `person-${made}`;
  provider.people.set(subject, { name: `Person ${made}`, groups, ...claims });
  return subject;
}

const get = (path: string, headers: Record<string, string>) => call(test, 'get', path, { headers });

async function selfOf(headers: Record<string, string>): Promise<OperatorSelf> {
  return succeed<OperatorSelf>(await get('/me', headers));
}

async function codeOf(answer: ReturnType<typeof call>): Promise<string> {
  const { status, body } = await answer;
  return `${status} ${body.code}`;
}

describe('the routes without OIDC_ISSUER', () => {
  it('are 404, and the options name no provider', async () => {
    const plain = await startTestApp();
    try {
      const callback = call(plain, 'post', '/session/oidc/callback', {
        headers: ofTheConsole(),
        body: { query: 'code=x' },
      });
      expect(await codeOf(call(plain, 'post', '/session/oidc', { headers: ofTheConsole() }))).toBe(
        '404 not-found',
      );
      expect(await codeOf(callback)).toBe('404 not-found');
      expect((await call(plain, 'get', '/session/options')).body.oidc).toBeNull();
    } finally {
      await plain.close();
    }
  });
});

describe('POST /session/oidc', () => {
  it('is offered under the host of the provider', async () => {
    expect((await get('/session/options', {})).body.oidc).toEqual({ name: new URL(provider.issuer).host });
  });

  it('asks for a code with PKCE, state and nonce, back to the page of the origin that asks', async () => {
    const { url } = await begin(test);
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const other = (await begin(test)).url;
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(other.searchParams.get(name)).not.toBe(url.searchParams.get(name));
    }
  });

  it('binds the sign-in to the browser with a cookie that shows nothing', async () => {
    const answer = await call(test, 'post', '/session/oidc', { headers: ofTheConsole() });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-oidc=[\w.-]+; Secure; HttpOnly; SameSite=Strict; Path=\/; Max-Age=600$/),
    ]);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    const [cookie = ''] = String(answer.headers['set-cookie']).split(';');
    const { searchParams } = new URL(answer.body.url);
    const readable = Buffer.from(cookie, 'base64url').toString('latin1') + cookie;
    for (const name of ['state', 'nonce']) expect(readable).not.toContain(searchParams.get(name));
  });
});

describe('POST /session/oidc/callback', () => {
  it('opens a session with the rights of the claims', async () => {
    const answer = await signInWith(test, person(['shop']));
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      location: '/session',
      'cache-control': 'no-store',
      'set-cookie': [
        expect.stringMatching(/^__Host-session=[\w-]{43}; Secure; HttpOnly; SameSite=Strict; Path=\/$/),
        '__Host-oidc=; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=0',
      ],
    });
    const { operator, permissions, idleExpiresAt, expiresAt }: SignedIn = answer.body;
    expect(operator).toMatchObject({ role: 'OPERATOR', workspaceIds: [WORKSPACE] });
    expect(permissions).toEqual(['audit:read', 'operator-jobs:read', 'operator-jobs:write']);
    const hours = (Date.parse(expiresAt ?? '') - Date.parse(idleExpiresAt ?? '')) / 3_600_000;
    expect(hours).toBe(11.5);
    const headers = sessionOf(answer);
    expect((await get('/jobs', headers)).status).toBe(200);
    expect(await codeOf(get('/admin/operators', headers))).toBe('403 permission-missing');
  });

  it('keeps an operator for the subject at this issuer, which has no key', async () => {
    const subject = person(['admins'], { name: 'Ada Lovelace', email: 'ada@example.com' });
    const first = await selfOf(sessionOf(await signInWith(test, subject)));
    expect(first).toMatchObject({
      name: 'Ada Lovelace',
      role: 'ADMIN',
      kid: null,
      identity: { issuer: provider.issuer, subject },
    });
    provider.people.set(subject, { name: 'Ada King', email: 'other@example.com', groups: ['admins'] });
    const again = await selfOf(sessionOf(await signInWith(test, subject)));
    expect(again).toMatchObject({ id: first.id, name: 'Ada Lovelace', keyId: first.keyId });
    // An e-mail address identifies no one: another person can have it later.
    const heir = await signInWith(test, person(['audit'], { email: 'ada@example.com' }));
    expect((await selfOf(sessionOf(heir))).id).not.toBe(first.id);
  });

  it('gives a number to a name that is taken, and never takes over its operator', async () => {
    const { id } = await registerOperator(test, { name: 'Grace', role: 'ADMIN' });
    const names = [];
    for (let count = 0; count < 2; count++) {
      const self = await selfOf(sessionOf(await signInWith(test, person(['audit'], { name: 'Grace' }))));
      expect(self.id).not.toBe(id);
      names.push(self.name);
    }
    expect(names).toEqual(['Grace (2)', 'Grace (3)']);
  });

  it.each([
    ['a missing name', { name: undefined, preferred_username: 'edsger' }, 'edsger'],
    ['white space around it', { name: '  Barbara \n' }, 'Barbara'],
    ['characters that turn the text round', { name: 'Eve\u202enimda', preferred_username: 'eve' }, 'eve'],
    ['a name that is no text', { name: { first: 'Kay' }, email: 'kay@example.com' }, 'kay@example.com'],
    ['a long name', { name: 'n'.repeat(200) }, 'n'.repeat(90)],
  ])('finds a name in spite of %s', async (_, claims, name) => {
    const answer = await signInWith(test, person(['audit'], claims));
    expect((await selfOf(sessionOf(answer))).name).toBe(name);
  });

  it('makes one operator of a person who signs in twice at once', async () => {
    const subject = person(['audit']);
    const answers = await Promise.all([signInWith(test, subject), signInWith(test, subject)]);
    const [one, other] = answers.map((it) => succeed<SignedIn>(it).operator.id);
    expect(one).toBe(other);
  });

  it('is recorded: the operator by the server, the session by the operator', async () => {
    const subject = person(['audit']);
    const headers = sessionOf(await signInWith(test, subject));
    const { id, name, keyId } = await selfOf(headers);
    const [created] = await recordsWhere(test, "resource_id = $1 AND action = 'operator.created'", [id]);
    expect(created).toMatchObject({
      actorType: 'SYSTEM',
      actorName: 'oidc',
      changes: {
        oidcIssuer: { from: null, to: provider.issuer },
        oidcSubject: { from: null, to: subject },
        role: { from: null, to: 'AUDITOR' },
      },
    });
    const opened = await recordsWhere(test, "actor_id = $1 AND action = 'session.opened'", [id]);
    expect(opened).toMatchObject([{ actorType: 'OPERATOR', actorName: name, keyId, outcome: 'SUCCESS' }]);
  });

  it('shows in the list of sessions how each was opened', async () => {
    const ofProvider = sessionOf(await signInWith(test, person(['audit'])));
    const ofKey = await signIn(test, (await registerOperator(test)).accessKey);
    const openedWith = async (headers: Record<string, string>) =>
      succeed<Page<Session>>(await get('/sessions', headers)).items.map((it) => it.openedWith);
    expect(await openedWith(ofProvider)).toEqual(['provider']);
    expect(await openedWith(ofKey)).toEqual(['key']);
  });

  it('signs out as any session does', async () => {
    const headers = sessionOf(await signInWith(test, person(['audit'])));
    expect((await call(test, 'delete', '/session', { headers })).status).toBe(204);
    expect(await codeOf(get('/session', headers))).toBe('401 session-ended');
  });
});

describe('rights', () => {
  it('are those of the present claims, from the next sign-in on', async () => {
    const subject = person(['admins']);
    const first = sessionOf(await signInWith(test, subject));
    expect((await get('/admin/operators', first)).status).toBe(200);
    provider.people.set(subject, { groups: ['shop'] });
    const second = sessionOf(await signInWith(test, subject));
    for (const headers of [first, second]) {
      expect(await selfOf(headers)).toMatchObject({ role: 'OPERATOR', workspaceIds: [WORKSPACE] });
      expect(await codeOf(get('/admin/operators', headers))).toBe('403 permission-missing');
    }
    const { id } = await selfOf(first);
    const [changed] = await recordsWhere(test, "resource_id = $1 AND action = 'operator.updated'", [id]);
    expect(changed).toMatchObject({
      actorName: 'oidc',
      changes: { role: { from: 'ADMIN', to: 'OPERATOR' } },
    });
  });

  it('end with the last rule that matched: no sign-in, and no session', async () => {
    const subject = person(['audit']);
    const headers = sessionOf(await signInWith(test, subject));
    const { id, name } = await selfOf(headers);
    provider.people.set(subject, { groups: ['gardeners'] });
    expect(await codeOf(signInWith(test, subject))).toBe('403 sign-in-refused');
    expect(await codeOf(get('/session', headers))).toBe('401 session-ended');
    const records = await refusalsWhere(test, "actor_id = $1 AND reason = 'not-mapped'", [id]);
    expect(records).toMatchObject([
      { actorType: 'OPERATOR', actorName: name, action: 'auth.denied', outcome: 'DENIED' },
    ]);
    const ended = await recordsWhere(test, "action = 'session.closed' AND reason = 'not-mapped'");
    expect(ended).toMatchObject([{ actorType: 'SYSTEM', actorName: 'oidc' }]);
  });

  it('are none for a stranger, and no operator is created', async () => {
    const subject = person(['gardeners'], { name: 'Mallory' });
    const { url, cookie } = await begin(test);
    const address = '198.51.100.23';
    const query = await signInAtProvider(url, subject);
    const answer = await finish(test, query, cookie, { 'X-Forwarded-For': address });
    expect([answer.status, answer.body.code]).toEqual([403, 'sign-in-refused']);
    expect(answer.headers['set-cookie']).toBeUndefined();
    const { rows } = await test.database.owner.query('SELECT FROM public.operators WHERE oidc_subject = $1', [
      subject,
    ]);
    expect(rows).toEqual([]);
    expect(await refusalsWhere(test, 'source_ip = $1', [address])).toMatchObject([
      { actorType: 'ANONYMOUS', action: 'auth.denied', outcome: 'DENIED' },
    ]);
  });

  it.each([
    ['demoted', { role: 'AUDITOR', workspaceIds: null }, '403 permission-missing'],
    ['limited to other networks', { allowedNetworks: ['203.0.113.0/24'] }, '403 network-forbidden'],
  ])('are gone at the next request of an operator whom an ADMIN has %s', async (_, change, expected) => {
    const headers = sessionOf(await signInWith(test, person(['admins'])));
    const { id } = await selfOf(headers);
    await admin(test, 'patch', `/admin/operators/${id}`, change);
    expect(await codeOf(get('/admin/operators', headers))).toBe(expected);
  });

  it('come back to no operator whom an ADMIN has deleted', async () => {
    const subject = person(['admins']);
    const headers = sessionOf(await signInWith(test, subject));
    const { id } = await selfOf(headers);
    await admin(test, 'delete', `/admin/operators/${id}`);
    expect(await codeOf(get('/me', headers))).toBe('401 session-ended');
    expect(await codeOf(signInWith(test, subject))).toBe('403 sign-in-refused');
    const records = await refusalsWhere(test, 'actor_id = $1', [id]);
    expect(records.map(({ action }) => action)).toEqual(['auth.denied', 'auth.denied']);
  });

  it.each([
    ['its networks', "allowed_networks = '{203.0.113.0/24}'", '403 network-forbidden'],
    ['its end', 'key_expires_at = pg_catalog.statement_timestamp()', '401 key-expired'],
  ])('respect at the sign-in what an ADMIN has set: %s', async (_, change, expected) => {
    const subject = person(['audit']);
    const { id } = await selfOf(sessionOf(await signInWith(test, subject)));
    await writeAsSystem(test, `UPDATE public.operators SET ${change} FROM ctx WHERE ctx.ready AND id = $1`, [
      id,
    ]);
    expect(await codeOf(signInWith(test, subject))).toBe(expected);
  });
});

describe('an operator of the provider', () => {
  it('gets no key', async () => {
    const { id } = await selfOf(sessionOf(await signInWith(test, person(['audit']))));
    const rotated = call(test, 'post', `/admin/operators/${id}/rotate`, { key: test.adminKey });
    expect(await codeOf(rotated)).toBe('409 illegal-transition');
    expect(await admin<Operator>(test, 'get', `/admin/operators/${id}`)).toMatchObject({ kid: null });
    expect(await codeOf(call(test, 'get', '/me', { key: forgeKey('cro_') }))).toBe('401 invalid-credential');
  });

  it('is no administrator that counts as the last one', async () => {
    const headers = sessionOf(await signInWith(test, person(['admins'])));
    const { items } = succeed<Page<Operator>>(await get('/admin/operators?role=ADMIN&limit=100', headers));
    const ofKeys = items.filter(({ kid }) => kid !== null);
    const codes = [];
    for (const { id } of ofKeys) {
      codes.push(await codeOf(call(test, 'delete', `/admin/operators/${id}`, { headers })));
    }
    expect(codes.at(-1)).toBe('409 last-admin');
    expect(codes.slice(0, -1).every((it) => it.startsWith('204'))).toBe(true);
  });
});
