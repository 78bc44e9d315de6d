import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseKey } from '../../src/keys/key.js';
import { verifySecret } from '../../src/keys/secret-hash.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  issueKey,
  listen,
  type Method,
  registerCoordinator,
  registerOperator,
  type TestCoordinator,
  type TestOperator,
} from '../support/registry.js';

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
const PHC = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
const ENVIRONMENT_KEY = 'single-key-deployment-secret-4711';

let test: TestApp;
let coordinator: TestCoordinator;
let operator: TestOperator;
let logged = '';

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      logged += String(text);
      return true;
    });
  }
  test = await startTestApp({
    logLevel: 'verbose',
    environmentKey: { key: ENVIRONMENT_KEY, name: 'environment', workspaceIds: [] },
  });
  await listen(test);
  coordinator = await registerCoordinator(test);
  operator = await registerOperator(test, { role: 'ADMIN' });
});

afterAll(async () => {
  await test?.close();
  jest.restoreAllMocks();
});

/** The secret of a key, without what is public of it. */
const secretOf = (key: string) => parseKey(key)?.secret ?? key;
const secrets = () => [coordinator.apiKey, operator.accessKey, test.adminKey, ENVIRONMENT_KEY].map(secretOf);

function expectNoSecretIn(text: string): void {
  for (const secret of secrets()) expect(text).not.toContain(secret);
  expect(text).not.toContain('argon2');
  expect(text).not.toMatch(/secret_?hash/i);
}

describe('stored secrets', () => {
  it.each(['coordinator_keys', 'operators'])(
    '%s contain only the argon2id PHC string of a secret',
    async (table) => {
      const { rows } = await test.database.owner.query<{ kid: string; secret_hash: string; row: string }>(
        `SELECT kid, secret_hash, t::text AS row FROM public.${table} AS t`,
      );
      expect(rows.length).toBeGreaterThanOrEqual(2);
      for (const { secret_hash, row } of rows) {
        expect(secret_hash).toMatch(PHC);
        for (const secret of secrets()) expect(row).not.toContain(secret);
      }
      const key = table === 'operators' ? operator.accessKey : coordinator.apiKey;
      const hash = rows.find((it) => it.kid === parseKey(key)?.kid)?.secret_hash ?? '';
      expect(await verifySecret(hash, secretOf(key))).toBe(true);
    },
  );
});

describe('secrets and hashes do not appear', () => {
  it('in later responses of the registry', async () => {
    const { id, key } = coordinator;
    const requests: [Method, string, object?][] = [
      ['get', '/admin/coordinators'],
      ['get', `/admin/coordinators/${id}`],
      ['patch', `/admin/coordinators/${id}`, { rateLimitPerMinute: 999 }],
      ['get', `/admin/coordinators/${id}/keys`],
      ['get', '/admin/operators'],
      ['patch', `/admin/operators/${operator.id}`, { name: randomUUID() }],
      ['post', `/admin/operators/${operator.id}/rotate`],
      ['post', `/admin/coordinators/${id}/keys/${key.id}/rotate`, { overlapSeconds: 600 }],
      ['get', '/audit-log?limit=200'],
    ];
    for (const [method, path, body] of requests) {
      const answer = await call(test, method, path, {
        key: test.adminKey,
        ...(body !== undefined && { body }),
      });
      expect([path, answer.status < 300]).toEqual([path, true]);
      expectNoSecretIn(answer.text);
    }
  });

  it('in refusals', async () => {
    const { apiKey } = coordinator;
    for (const answer of [
      await call(test, 'post', '/admin/coordinators', { key: test.adminKey, body: { apiKey } }),
      await call(test, 'get', `/admin/coordinators/${apiKey}`, { key: test.adminKey }),
      await call(test, 'get', `/coordinator/jobs?apiKey=${apiKey}`, { key: apiKey }),
      await call(test, 'get', '/admin/coordinators', { key: apiKey }),
      await call(test, 'post', '/keys/revoke', { body: { key: apiKey, extra: apiKey } }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expectNoSecretIn(answer.text);
    }
  });

  it('in the audit log', async () => {
    const { rows } = await test.database.owner.query<{ row: string }>(
      'SELECT t::text AS row FROM public.audit_log AS t',
    );
    expect(rows.length).toBeGreaterThan(5);
    expectNoSecretIn(rows.map((it) => it.row).join('\n'));
  });

  it('in the log output of the server, also after errors', async () => {
    const { id, apiKey } = await registerCoordinator(test);
    coordinator = { ...coordinator, apiKey };
    await test.database.owner.query('ALTER TABLE public.coordinator_keys RENAME TO away');
    try {
      const broken = [
        await call(test, 'get', '/coordinator/jobs', { key: apiKey }),
        await call(test, 'post', '/keys/revoke', { body: { key: apiKey } }),
        await call(test, 'post', `/admin/coordinators/${id}/keys`, { key: test.adminKey, body: {} }),
        await call(test, 'post', '/admin/coordinators', {
          key: test.adminKey,
          body: { name: randomUUID(), workspaceIds: [] },
        }),
      ];
      expect(broken.map((it) => [it.status, it.body.code])).toEqual(
        broken.map(() => [500, 'internal-error']),
      );
      for (const { text } of broken) expectNoSecretIn(text);
    } finally {
      await test.database.owner.query('ALTER TABLE public.away RENAME TO coordinator_keys');
    }
    await call(test, 'get', '/coordinator/jobs', { key: ENVIRONMENT_KEY });
    // It does log these.
    expect(logged).toContain('coordinator_keys');
    expect(logged).toContain('COORDINATOR_API_KEY');
    for (const secret of secrets()) expect(logged).not.toContain(secret);
    expect(logged).not.toContain('$argon2id$');
  });
});

it('each key is shown once, with its own kid and secret', async () => {
  const texts = [coordinator.apiKey, operator.accessKey];
  for (let n = 0; n < 3; n += 1) texts.push((await issueKey(test, coordinator.id)).apiKey);
  const { operator: __, ...rest } = await admin<{ operator: unknown; accessKey: string }>(
    test,
    'post',
    `/admin/operators/${operator.id}/rotate`,
  );
  expect(Object.keys(rest)).toEqual(['accessKey']);
  texts.push(rest.accessKey);
  const keys = texts.map((it) => parseKey(it));
  expect(keys).not.toContain(undefined);
  expect(new Set(keys.map((it) => it?.kid)).size).toBe(texts.length);
  expect(new Set(keys.map((it) => it?.secret)).size).toBe(texts.length);
});
