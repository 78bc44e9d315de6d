import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../../src/common/pagination/page.js';
import type { Session } from '../../src/sessions/session.js';
import { SessionSweeper } from '../../src/sessions/session-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { apiKey, bearer, type Headers } from '../support/credentials.js';
import {
  admin,
  call,
  FROM_A_PAGE,
  leaveUnused,
  listen,
  registerCoordinator,
  registerOperator,
  signIn,
  succeed,
  writeAsSystem,
} from '../support/registry.js';
import { codeOf, endsOf, sessionsOf } from '../support/sessions.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
});

afterAll(() => test?.close());

const get = (path: string, headers: Headers) => call(test, 'get', path, { headers });
const remove = (path: string, headers: Headers) => call(test, 'delete', path, { headers });

async function currentOf(headers: Headers): Promise<Session> {
  const current = (await sessionsOf(test, headers)).find((it) => it.current);
  if (current === undefined) throw new Error('no session is the current one');
  return current;
}

describe('a session', () => {
  it('is refused beside any other credential, and is none for coordinators', async () => {
    const headers = await signIn(test, test.adminKey);
    expect(await codeOf(get('/me', { ...headers, ...bearer(test.adminKey) }))).toBe('invalid-credential');
    expect(await codeOf(get('/coordinator/health', headers))).toBe('invalid-credential');
    const { apiKey: key } = await registerCoordinator(test);
    expect(await codeOf(get('/coordinator/health', { ...headers, ...apiKey(key) }))).toBe(
      'invalid-credential',
    );
  });

  it('needs a page of this server for a change, and records the refusal of its operator', async () => {
    const { id, accessKey } = await registerOperator(test, { role: 'ADMIN', workspaceIds: null });
    const { Cookie = '' } = await signIn(test, accessKey);
    const change = (headers: Headers) =>
      codeOf(
        call(test, 'post', '/admin/workspaces', {
          body: { slug: 'x', name: 'X' },
          headers: { Cookie, ...headers },
        }),
      );
    expect(await change({})).toBe('cross-site-request');
    expect(await change({ 'Sec-Fetch-Site': 'same-site' })).toBe('cross-site-request');
    expect((await get('/admin/workspaces', { Cookie })).status).toBe(200);
    const refused = () => recordsWhere(test, "actor_id = $1 AND reason = 'cross-site-request'", [id]);
    while ((await refused()).length === 0);
    expect(await change(FROM_A_PAGE)).toBe('201');
  });

  it('acts as its operator in the log, with the key that opened it', async () => {
    const { id, operator, accessKey } = await registerOperator(test, { role: 'ADMIN', workspaceIds: null });
    const headers = await signIn(test, accessKey);
    succeed(
      await call(test, 'post', '/admin/workspaces', { body: { slug: 'by-session', name: 'X' }, headers }),
    );
    const records = await recordsWhere(test, 'actor_id = $1', [id]);
    const who = { actorType: 'OPERATOR', actorId: id, actorName: operator.name, keyId: operator.keyId };
    expect(records).toEqual([
      expect.objectContaining({
        ...who,
        action: 'session.opened',
        resourceType: 'session',
        changes: { operatorId: { from: null, to: id }, expiresAt: { from: null, to: expect.any(String) } },
      }),
      expect.objectContaining({ ...who, action: 'workspace.created' }),
    ]);
  });

  it('has the present rights of its operator', async () => {
    const { id, accessKey } = await registerOperator(test, { role: 'ADMIN', workspaceIds: null });
    const headers = await signIn(test, accessKey);
    expect((await get('/admin/operators', headers)).status).toBe(200);
    await admin(test, 'patch', `/admin/operators/${id}`, { role: 'AUDITOR', workspaceIds: [] });
    expect(await codeOf(get('/admin/operators', headers))).toBe('permission-missing');
    expect((await get('/session', headers)).body).toMatchObject({
      operator: { role: 'AUDITOR', workspaceIds: [] },
      permissions: ['audit:read', 'operator-jobs:read'],
    });
    await admin(test, 'patch', `/admin/operators/${id}`, { allowedNetworks: ['203.0.113.0/24'] });
    expect(await codeOf(get('/session', headers))).toBe('network-forbidden');
  });

  it('ends with its key', async () => {
    const ends: [string, boolean, (id: string, key: string) => Promise<unknown>][] = [
      ['key-rotated', false, (id) => admin(test, 'post', `/admin/operators/${id}/rotate`)],
      ['key-rotated', true, (_, key) => call(test, 'post', '/keys/revoke', { body: { key } })],
      ['operator-deleted', false, (id) => admin(test, 'delete', `/admin/operators/${id}`)],
    ];
    for (const [reason, isOwner, end] of ends) {
      const { id, operator, accessKey } = await registerOperator(test);
      const headers = await signIn(test, accessKey);
      const further = await signIn(test, accessKey);
      await end(id, accessKey);
      expect(await codeOf(get('/session', headers))).toBe('session-ended');
      expect(await codeOf(get('/session', further))).toBe('session-ended');
      const actor = `OPERATOR ${isOwner ? operator.name : 'test admin'}`;
      expect(await endsOf(test, id)).toEqual([1, 2].map(() => ({ actor, reason })));
    }
  });

  it('ends when its key expires', async () => {
    const { id, accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    await writeAsSystem(
      test,
      'UPDATE public.operators SET key_expires_at = pg_catalog.statement_timestamp() FROM ctx WHERE ctx.ready AND id = $1',
      [id],
    );
    expect(await codeOf(get('/session', headers))).toBe('session-ended');
    expect(await sessionsOf(test, bearer(test.adminKey))).not.toContainEqual(
      expect.objectContaining({ operator: expect.objectContaining({ id }) }),
    );
    await test.app.get(SessionSweeper, { strict: false }).end();
    expect(await endsOf(test, id)).toEqual([{ actor: 'SYSTEM sessions', reason: 'key-expired' }]);
    expect(await codeOf(get('/session', headers))).toBe('session-ended');
  });

  it('expires without use, and a request does not revive it', async () => {
    const { id, accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    await leaveUnused(test, id);
    expect(await codeOf(get('/session', headers))).toBe('session-expired');
    expect(await codeOf(get('/session', headers))).toBe('session-expired');
    await test.app.get(SessionSweeper, { strict: false }).end();
    expect(await endsOf(test, id)).toEqual([{ actor: 'SYSTEM sessions', reason: 'idle' }]);
    expect(await codeOf(get('/session', headers))).toBe('session-expired');
  });

  it('is kept alive by a use, and not by a read in the background', async () => {
    const { id, accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    const end = async (more: Headers = {}) =>
      Date.parse((await get('/session', { ...headers, ...more })).body.idleExpiresAt);
    await leaveUnused(test, id);
    await test.database.owner.query(
      "UPDATE public.operator_session_uses SET last_seen_at = last_seen_at + interval '10 minutes' FROM public.operator_sessions WHERE id = session_id AND operator_id = $1",
      [id],
    );
    const before = await end({ 'Session-Use': 'background' });
    expect(await end({ 'Session-Use': 'background' })).toBe(before);
    expect(await end()).toBeGreaterThan(before);
  });

  it('is deleted a day after its end', async () => {
    const { id, accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    succeed(await remove('/session', headers));
    const rows = async () =>
      (await test.database.owner.query('SELECT FROM public.operator_sessions WHERE operator_id = $1', [id]))
        .rowCount;
    const sweeper = test.app.get(SessionSweeper, { strict: false });
    await sweeper.forget();
    expect(await rows()).toBe(1);
    await test.database.owner.query(
      'ALTER TABLE public.operator_sessions DISABLE TRIGGER operator_sessions_audit',
    );
    await test.database.owner.query(
      "UPDATE public.operator_sessions SET ended_at = ended_at - interval '1 day' WHERE operator_id = $1",
      [id],
    );
    await test.database.owner.query(
      'ALTER TABLE public.operator_sessions ENABLE ALWAYS TRIGGER operator_sessions_audit',
    );
    await sweeper.forget();
    expect(await rows()).toBe(0);
  });
});

describe('DELETE /session', () => {
  it('ends the session on the server, and has the browser delete the cookie', async () => {
    const { id, operator, accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    const answer = await remove('/session', headers);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toEqual([
      '__Host-session=; Secure; HttpOnly; SameSite=Strict; Path=/; Max-Age=0',
    ]);
    expect(await codeOf(get('/session', headers))).toBe('session-ended');
    expect(await endsOf(test, id)).toEqual([{ actor: `OPERATOR ${operator.name}`, reason: 'signed-out' }]);
  });

  it('ends nothing for a request with a key', async () => {
    const headers = await signIn(test, test.adminKey);
    expect((await remove('/session', bearer(test.adminKey))).status).toBe(204);
    expect((await get('/session', bearer(test.adminKey))).body).toMatchObject({
      idleExpiresAt: null,
      expiresAt: null,
    });
    expect((await get('/session', headers)).status).toBe(200);
  });
});

describe('GET /sessions', () => {
  it('shows an operator its own sessions, and an ADMIN those of all', async () => {
    const ada = await registerOperator(test);
    const bob = await registerOperator(test, { role: 'AUDITOR' });
    const [ofAda, ofBob] = [await signIn(test, ada.accessKey), await signIn(test, bob.accessKey)];
    expect(await sessionsOf(test, { ...ofAda, 'User-Agent': 'reader' })).toEqual([
      {
        id: expect.any(String),
        operator: { id: ada.id, name: ada.operator.name },
        createdAt: expect.any(String),
        lastSeenAt: expect.any(String),
        expiresAt: expect.any(String),
        openedWith: 'key',
        sourceIp: '127.0.0.1',
        userAgent: null,
        current: true,
      },
    ]);
    expect(await sessionsOf(test, bearer(bob.accessKey))).toEqual([
      expect.objectContaining({ operator: expect.objectContaining({ id: bob.id }), current: false }),
    ]);
    const names = (await sessionsOf(test, bearer(test.adminKey))).map((it) => it.operator.name);
    expect(names).toEqual(expect.arrayContaining([ada.operator.name, bob.operator.name]));
    const { items } = succeed<Page<Session>>(
      await get(`/sessions?operatorId=${ada.id}`, bearer(test.adminKey)),
    );
    expect(items.map((it) => it.operator.id)).toEqual([ada.id]);
    const { items: hidden } = succeed<Page<Session>>(await get(`/sessions?operatorId=${ada.id}`, ofBob));
    expect(hidden).toEqual([]);
  });

  it('is paged, newest first', async () => {
    const { accessKey } = await registerOperator(test);
    for (let at = 0; at < 3; at++) await signIn(test, accessKey);
    const all = (await sessionsOf(test, bearer(accessKey))).map(({ id }) => id);
    const first = succeed<Page<Session>>(await get('/sessions?limit=2', bearer(accessKey)));
    const second = succeed<Page<Session>>(
      await get(`/sessions?limit=2&cursor=${first.nextCursor}`, bearer(accessKey)),
    );
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all);
    expect([first.items.length, second.nextCursor]).toEqual([2, null]);
  });
});

describe('DELETE /sessions/:id', () => {
  it('ends an own session, and again changes nothing', async () => {
    const { id, operator, accessKey } = await registerOperator(test);
    const [one, other] = [await signIn(test, accessKey), await signIn(test, accessKey)];
    const path = `/sessions/${(await currentOf(other)).id}`;
    expect((await remove(path, one)).status).toBe(204);
    expect((await remove(path, one)).status).toBe(204);
    expect(await codeOf(get('/session', other))).toBe('session-ended');
    expect(await endsOf(test, id)).toEqual([{ actor: `OPERATOR ${operator.name}`, reason: 'ended' }]);
  });

  it('ends any session for an ADMIN, and only own ones for other operators', async () => {
    const { id, accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    const path = `/sessions/${(await currentOf(headers)).id}`;
    const other = await signIn(test, (await registerOperator(test)).accessKey);
    expect(await codeOf(remove(path, other))).toBe('not-found');
    expect((await get('/session', headers)).status).toBe(200);
    expect((await remove(path, bearer(test.adminKey))).status).toBe(204);
    expect(await codeOf(get('/session', headers))).toBe('session-ended');
    expect(await endsOf(test, id)).toEqual([{ actor: 'OPERATOR test admin', reason: 'ended-by-admin' }]);
  });
});

describe('DELETE /sessions', () => {
  it('ends the own sessions but the current one', async () => {
    const { id, accessKey } = await registerOperator(test);
    const others = [await signIn(test, accessKey), await signIn(test, accessKey)];
    const current = await signIn(test, accessKey);
    const bystander = await signIn(test, (await registerOperator(test)).accessKey);
    expect((await remove('/sessions', current)).status).toBe(204);
    for (const headers of others) expect(await codeOf(get('/session', headers))).toBe('session-ended');
    expect((await get('/session', current)).status).toBe(200);
    expect((await get('/session', bystander)).status).toBe(200);
    expect((await endsOf(test, id)).map(({ reason }) => reason)).toEqual(['ended', 'ended']);
  });

  it('ends all own sessions for a request with a key', async () => {
    const { accessKey } = await registerOperator(test);
    const headers = await signIn(test, accessKey);
    expect((await remove('/sessions', bearer(accessKey))).status).toBe(204);
    expect(await codeOf(get('/session', headers))).toBe('session-ended');
  });
});
