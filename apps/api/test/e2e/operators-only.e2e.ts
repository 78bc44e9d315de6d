import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  forgeKey,
  kidOf,
  listen,
  type Method,
  registerCoordinator,
  registerOperator,
  type TestCoordinator,
  type TestOperator,
} from '../support/registry.js';

/** Every route under /admin, with a body that would pass. */
const ROUTES: [method: Method, path: string, body?: object][] = [
  ['post', '/admin/workspaces', { slug: 'refused', name: 'refused' }],
  ['get', '/admin/workspaces'],
  ['get', '/admin/workspaces/:workspaceId'],
  ['patch', '/admin/workspaces/:workspaceId', { name: 'refused', repositories: ['refused/refused'] }],
  ['post', '/admin/coordinators', { name: 'refused', workspaceIds: [] }],
  ['get', '/admin/coordinators'],
  ['get', '/admin/coordinators/:id'],
  ['patch', '/admin/coordinators/:id', { name: 'refused', workspaceIds: [] }],
  ['delete', '/admin/coordinators/:id'],
  ['post', '/admin/coordinators/:id/keys', { name: 'refused' }],
  ['get', '/admin/coordinators/:id/keys'],
  ['post', '/admin/coordinators/:id/keys/:keyId/rotate', { overlapSeconds: 0 }],
  ['delete', '/admin/coordinators/:id/keys/:keyId'],
  ['post', '/admin/operators', { name: 'refused', role: 'ADMIN' }],
  ['get', '/admin/operators'],
  ['patch', '/admin/operators/:operatorId', { role: 'ADMIN' }],
  ['delete', '/admin/operators/:operatorId'],
  ['post', '/admin/operators/:operatorId/rotate'],
];

let test: TestApp;
let coordinator: TestCoordinator;
let operator: TestOperator;
let registry: unknown[];

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
  operator = await registerOperator(test, { workspaceIds: coordinator.workspaceIds });
  registry = await readRegistry();
}, 90_000);

afterAll(() => test?.close(), 60_000);

async function readRegistry(): Promise<unknown[]> {
  const tables = [
    'workspaces',
    'workspace_repositories',
    'coordinators',
    'coordinator_workspaces',
    'coordinator_keys',
    'operators',
  ];
  const rows = await Promise.all(
    tables.map((it) => test.database.owner.query(`SELECT * FROM public.${it} AS t ORDER BY t::text`)),
  );
  return rows.map((it) => it.rows);
}

function place(path: string): string {
  return path
    .replace(':workspaceId', coordinator.workspaceIds[0] ?? '')
    .replace(':operatorId', operator.id)
    .replace(':keyId', coordinator.key.id)
    .replace(':id', coordinator.id);
}

it('is the whole list of routes', async () => {
  const { body } = await call(test, 'get', '/openapi.json');
  const documented = Object.entries<object>(body.paths)
    .filter(([path]) => path.startsWith('/admin'))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replaceAll(/\{\w+\}/g, ':')}`),
    );
  expect(ROUTES.map(([method, path]) => `${method} ${path.replaceAll(/:\w+/g, ':')}`).sort()).toEqual(
    documented.sort(),
  );
});

describe.each(ROUTES)('%s %s', (method, path, body) => {
  const credentials: [string, number, string, () => Record<string, string>][] = [
    ['no key', 401, 'missing-credential', () => ({})],
    ['an empty key', 401, 'invalid-credential', () => ({ Authorization: 'Bearer ' })],
    ['a malformed key', 401, 'invalid-credential', () => ({ Authorization: 'Bearer cro_nonsense' })],
    [
      'a wrong checksum',
      401,
      'invalid-credential',
      () => ({
        Authorization: `Bearer ${operator.accessKey.slice(0, -1)}${operator.accessKey.endsWith('0') ? '1' : '0'}`,
      }),
    ],
    ['an unknown key', 401, 'invalid-credential', () => ({ Authorization: `Bearer ${forgeKey('cro_')}` })],
    [
      'a wrong secret',
      401,
      'invalid-credential',
      () => ({ Authorization: `Bearer ${forgeKey('cro_', kidOf(operator.accessKey))}` }),
    ],
    ["a coordinator's key", 401, 'invalid-credential', () => ({ 'X-API-Key': coordinator.apiKey })],
    [
      "a coordinator's key as bearer",
      401,
      'invalid-credential',
      () => ({ Authorization: `Bearer ${coordinator.apiKey}` }),
    ],
    ["an ADMIN's key as X-API-Key", 401, 'invalid-credential', () => ({ 'X-API-Key': test.adminKey })],
    [
      'two credentials',
      401,
      'invalid-credential',
      () => ({ Authorization: `Bearer ${test.adminKey}`, 'X-API-Key': test.adminKey }),
    ],
    [
      "an OPERATOR's key",
      403,
      'permission-missing',
      () => ({ Authorization: `Bearer ${operator.accessKey}` }),
    ],
  ];

  it.each(credentials)('refuses %s', async (_, status, code, headers) => {
    const answer = await call(test, method, place(path), {
      headers: headers(),
      ...(body !== undefined && { body }),
    });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.headers['www-authenticate'] === undefined).toBe(status !== 401);
    expect(await readRegistry()).toEqual(registry);
  });

  it('has no other method', async () => {
    const answer = await call(test, 'put', place(path), { key: test.adminKey, body: body ?? {} });
    expect(answer.body).toMatchObject({ status: 404, code: 'route-not-found' });
  });

  if (path.includes(':')) {
    it('refuses an id that is none', async () => {
      const at = path.replaceAll(/:\w+/g, 'not-an-id');
      const answer = await call(test, method, at, {
        key: test.adminKey,
        ...(body !== undefined && { body }),
      });
      expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
    });
  }
});

it('refuses a deleted ADMIN with a key that has been used', async () => {
  const { id, accessKey } = await registerOperator(test, { role: 'ADMIN' });
  const list = () => call(test, 'get', '/admin/operators', { key: accessKey });
  expect((await list()).status).toBe(200);
  await call(test, 'delete', `/admin/operators/${id}`, { key: test.adminKey });
  for (const [method, path, body] of ROUTES) {
    const answer = await call(test, method, place(path), {
      key: accessKey,
      ...(body !== undefined && { body }),
    });
    expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'key-revoked']);
  }
});
