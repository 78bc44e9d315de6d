import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import { breakable } from '../support/breakable-database.js';
import {
  admin,
  call,
  expireKey,
  forgeKey,
  issueKey,
  kidOf,
  listen,
  registerCoordinator,
  registerOperator,
} from '../support/registry.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: true });
  await listen(test);
});

afterAll(() => test?.close());

/** From a network of its own, so that no test uses up another's budget. */
let network = 0;
function holder() {
  network += 1;
  const headers = { 'X-Forwarded-For': `198.51.100.${network}` };
  return {
    revoke: (key: unknown) => call(test, 'post', '/keys/revoke', { body: { key }, headers }),
    send: (body: object | string) => call(test, 'post', '/keys/revoke', { body, headers }),
    listJobs: (key: string) => call(test, 'get', '/coordinator/jobs', { key, headers }),
  };
}

const listJobs = (key: string) => call(test, 'get', '/coordinator/jobs', { key });
const readLog = (key: string) => call(test, 'get', '/audit-log?limit=1', { key });

async function stateOf(coordinatorId: string, keyId: string): Promise<string> {
  const { rows } = await test.database.owner.query<{ revoked: boolean }>(
    'SELECT revoked_at IS NOT NULL AS revoked FROM public.coordinator_keys WHERE coordinator_id = $1 AND id = $2',
    [coordinatorId, keyId],
  );
  return rows[0]?.revoked === true ? 'REVOKED' : 'alive';
}

describe("POST /keys/revoke with a coordinator's key", () => {
  it('revokes that key alone, with one record in the name of the coordinator', async () => {
    const { id, name, apiKey, key } = await registerCoordinator(test);
    const further = await issueKey(test, id);
    expect((await listJobs(apiKey)).status).toBe(200);
    const { answer, records } = await audited(test, 'post', '/keys/revoke', {
      key: '',
      body: { key: apiKey },
    });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await listJobs(apiKey)).body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect((await listJobs(further.apiKey)).status).toBe(200);
    expect(records).toEqual([
      {
        actorType: 'COORDINATOR',
        actorId: id,
        actorName: name,
        keyId: key.id,
        action: 'coordinator-key.revoked',
        outcome: 'SUCCESS',
        workspaceId: null,
        resourceType: 'coordinator-key',
        resourceId: key.id,
        changes: { revokedAt: { from: null, to: expect.any(String) } },
      },
    ]);
  });

  it.each([
    ['expired', (_: string, keyId: string) => expireKey(test, keyId)],
    ['suspended', (id: string) => admin(test, 'patch', `/admin/coordinators/${id}`, { status: 'SUSPENDED' })],
    [
      'rotated',
      (id: string, keyId: string) =>
        admin(test, 'post', `/admin/coordinators/${id}/keys/${keyId}/rotate`, { overlapSeconds: 600 }),
    ],
    [
      'used from a forbidden network',
      (id: string) =>
        admin(test, 'patch', `/admin/coordinators/${id}`, { allowedNetworks: ['192.0.2.0/24'] }),
    ],
  ])('revokes the key when it is %s', async (_, prepare) => {
    const { id, apiKey, key } = await registerCoordinator(test);
    await prepare(id, key.id);
    expect((await holder().revoke(apiKey)).status).toBe(204);
    expect(await stateOf(id, key.id)).toBe('REVOKED');
  });

  it('answers 204 again, and writes no second record', async () => {
    const { apiKey } = await registerCoordinator(test);
    const first = await audited(test, 'post', '/keys/revoke', { key: '', body: { key: apiKey } });
    const again = await audited(test, 'post', '/keys/revoke', { key: '', body: { key: apiKey } });
    expect([first.answer.status, again.answer.status]).toEqual([204, 204]);
    expect([first.records.length, again.records.length]).toEqual([1, 0]);
  });

  it('answers 204 for a key of a deleted coordinator', async () => {
    const { id, apiKey } = await registerCoordinator(test);
    await admin(test, 'delete', `/admin/coordinators/${id}`);
    expect((await holder().revoke(apiKey)).status).toBe(204);
  });
});

describe("POST /keys/revoke with an operator's key", () => {
  it('revokes the key and keeps the operator, which can get a new key', async () => {
    const { id, operator, accessKey } = await registerOperator(test);
    expect((await readLog(accessKey)).status).toBe(200);
    const { answer, records } = await audited(test, 'post', '/keys/revoke', {
      key: '',
      body: { key: accessKey },
    });
    expect(answer.status).toBe(204);
    expect((await readLog(accessKey)).body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect(records).toEqual([
      expect.objectContaining({
        actorType: 'OPERATOR',
        actorId: id,
        actorName: operator.name,
        keyId: operator.keyId,
        action: 'operator.rotated',
        resourceId: id,
      }),
    ]);
    const { accessKey: fresh } = await admin<{ accessKey: string }>(
      test,
      'post',
      `/admin/operators/${id}/rotate`,
    );
    expect((await readLog(fresh)).status).toBe(200);
  });

  it('answers 204 again, and writes no second record', async () => {
    const { accessKey } = await registerOperator(test);
    const guest = holder();
    expect((await guest.revoke(accessKey)).status).toBe(204);
    const again = await audited(test, 'post', '/keys/revoke', { key: '', body: { key: accessKey } });
    expect([again.answer.status, again.records]).toEqual([204, []]);
  });

  it('revokes the key of the last administrator', async () => {
    const { items } = await admin<{ items: { id: string; role: string }[] }>(
      test,
      'get',
      '/admin/operators?limit=100',
    );
    expect(items.filter((it) => it.role === 'ADMIN')).toHaveLength(1);
    const other = await startTestApp();
    try {
      // Only a process that has proven the key before can still tell that it was one: its row holds the next one.
      await call(other, 'get', '/admin/operators', { key: other.adminKey });
      const answer = await call(other, 'post', '/keys/revoke', { body: { key: other.adminKey } });
      expect(answer.status).toBe(204);
      const refused = await call(other, 'get', '/admin/operators', { key: other.adminKey });
      expect(refused.body).toMatchObject({ status: 401, code: 'key-revoked' });
    } finally {
      await other.close();
    }
  });
});

describe('POST /keys/revoke answers 204 and changes nothing', () => {
  it.each([
    ['an unknown key', () => forgeKey()],
    ["an unknown operator's key", () => forgeKey('cro_')],
    ['the right kid with a wrong secret', (apiKey: string) => forgeKey('crk_', kidOf(apiKey))],
    ["the kid of a coordinator in an operator's key", (apiKey: string) => forgeKey('cro_', kidOf(apiKey))],
    ['the kid alone', (apiKey: string) => kidOf(apiKey)],
    ['nothing', () => ''],
  ])('for %s', async (_, present) => {
    const { id, apiKey, key } = await registerCoordinator(test);
    const answer = await holder().revoke(present(apiKey));
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await stateOf(id, key.id)).toBe('alive');
    expect((await listJobs(apiKey)).status).toBe(200);
  });
});

it.each([
  ['{}', 'key'],
  ['{"key":null}', 'key'],
  ['{"key":7}', 'key'],
  ['{"key":["x"]}', 'key'],
  ['{"key":"x","reason":"leak"}', 'reason'],
  [`{"key":"${'x'.repeat(513)}"}`, 'key'],
])('POST /keys/revoke answers 400 for %s', async (body, member) => {
  const answer = await holder().send(body);
  expect(answer.status).toBe(400);
  expect(membersAtFault(answer)).toEqual([member]);
});

it('POST /keys/revoke refuses a malformed or missing body, and other methods', async () => {
  expect((await holder().send('{')).body).toMatchObject({ status: 400, code: 'malformed-json' });
  expect((await call(test, 'post', '/keys/revoke')).body).toMatchObject({
    status: 400,
    code: 'invalid-request',
  });
  expect((await call(test, 'get', '/keys/revoke')).body).toMatchObject({
    status: 405,
    code: 'method-not-allowed',
  });
});

describe('limits of POST /keys/revoke', () => {
  it('allow 30 unknown keys a minute for each address; a valid key is still revoked', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    const guest = holder();
    const answers = await Promise.all(Array.from({ length: 40 }, () => guest.revoke(forgeKey())));
    expect(answers.filter((it) => it.status === 204)).toHaveLength(30);
    const refused = answers.filter((it) => it.status !== 204);
    for (const { body, headers } of refused) {
      expect(body).toMatchObject({ status: 429, code: 'too-many-failures' });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    // Other routes, and other addresses, know nothing of it.
    expect((await guest.listJobs(forgeKey())).body).toMatchObject({
      status: 401,
      code: 'invalid-credential',
    });
    expect((await holder().revoke(forgeKey())).status).toBe(204);
    expect((await guest.revoke(apiKey)).status).toBe(204);
    expect(await stateOf(id, key.id)).toBe('REVOKED');
  });

  it('allow 30 wrong secrets a minute for a kid and an address; then the valid key gets 429 there', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    const guest = holder();
    const wrong = await Promise.all(
      Array.from({ length: 35 }, () => guest.revoke(forgeKey('crk_', kidOf(apiKey)))),
    );
    expect(wrong.filter((it) => it.status === 204)).toHaveLength(30);
    expect((await guest.revoke(apiKey)).body).toMatchObject({ status: 429, code: 'too-many-failures' });
    expect(await stateOf(id, key.id)).toBe('alive');
    expect((await holder().revoke(apiKey)).status).toBe(204);
    expect(await stateOf(id, key.id)).toBe('REVOKED');
  });

  it('allow 30 revocations of one key a minute', async () => {
    const { apiKey } = await registerCoordinator(test);
    const guest = holder();
    const answers = [];
    for (let n = 0; n < 31; n += 1) answers.push((await guest.revoke(apiKey)).status);
    expect(answers).toEqual([...Array.from({ length: 30 }, () => 204), 429]);
  });
});

it('POST /keys/revoke answers 503 while Postgres is unavailable, and 204 after it', async () => {
  const { id, apiKey, key } = await registerCoordinator(test);
  const line = await breakable(test.database.apiUrl);
  const server = await startServer(line.url);
  const revoke = () => supertest(server.getHttpServer()).post('/keys/revoke').send({ key: apiKey });
  try {
    line.cut();
    const answer = await revoke();
    expect(answer.body).toMatchObject({ status: 503, code: 'database-unavailable' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await stateOf(id, key.id)).toBe('alive');
    line.mend();
    expect((await revoke()).status).toBe(204);
    expect(await stateOf(id, key.id)).toBe('REVOKED');
  } finally {
    line.mend();
    await server.close();
    await line.close();
  }
});

it('POST /keys/revoke writes no key into a record', async () => {
  const name = randomUUID();
  const { apiKey } = await registerCoordinator(test, { name });
  await holder().revoke(apiKey);
  const { rows } = await test.database.owner.query(
    'SELECT * FROM public.audit_log WHERE audit_log::text LIKE $1 OR audit_log::text LIKE $2',
    [`%${apiKey.slice(21, 64)}%`, '%argon2%'],
  );
  expect(rows).toEqual([]);
});
