import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Response } from 'supertest';
import { KeyIssuer } from '../../src/keys/key-issuer.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { sessionsWaiting } from '../support/database.js';
import { holdRow, releaseRows } from '../support/held-row.js';
import {
  admin,
  call,
  listen,
  type Method,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
} from '../support/registry.js';

/*
 * Rights are judged before anything else costs something: before a key is hashed, and before a row is locked.
 */

/** Sessions of the pool that serves administrators and keys. */
const RESERVED_SESSIONS = 4;

let test: TestApp;
let coordinator: Awaited<ReturnType<typeof registerCoordinator>>;
let workspaceId: string;
let operator: Awaited<ReturnType<typeof registerOperator>>;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
  workspaceId = (await registerWorkspace(test)).id;
  operator = await registerOperator(test, { role: 'OPERATOR' });
});

afterEach(async () => {
  jest.restoreAllMocks();
  await releaseRows();
});

afterAll(() => test?.close());

/** Every route that makes a key for an administrator. */
const KEY_ROUTES: [what: string, path: () => string, body: () => object][] = [
  [
    'registers a coordinator',
    () => '/admin/coordinators',
    () => ({ name: 'new', workspaceIds: [workspaceId] }),
  ],
  ['issues a key', () => `/admin/coordinators/${coordinator.id}/keys`, () => ({})],
  [
    'rotates a key',
    () => `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}/rotate`,
    () => ({}),
  ],
  ['creates an operator', () => '/admin/operators', () => ({ name: 'new', role: 'OPERATOR' })],
  ["rotates an operator's key", () => `/admin/operators/${operator.id}/rotate`, () => ({})],
];

describe('routes that issue a key', () => {
  it.each(KEY_ROUTES)('%s hashes no secret for an operator without the permission', async (_, path, body) => {
    const hashed = jest.spyOn(test.app.get(KeyIssuer), 'issue');
    const refused = await call(test, 'post', path(), { key: operator.accessKey, body: body() });
    expect(refused.body).toMatchObject({ status: 403, code: 'permission-missing' });
    expect(hashed).not.toHaveBeenCalled();
  });

  it.each(KEY_ROUTES)('%s hashes no secret for a deleted operator', async (_, path, body) => {
    const former = await registerOperator(test, { role: 'ADMIN' });
    await call(test, 'get', '/admin/workspaces', { key: former.accessKey });
    await admin(test, 'delete', `/admin/operators/${former.id}`);
    const hashed = jest.spyOn(test.app.get(KeyIssuer), 'issue');
    const refused = await call(test, 'post', path(), { key: former.accessKey, body: body() });
    expect(refused.body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect(hashed).not.toHaveBeenCalled();
  });

  it('hash one secret for an administrator', async () => {
    const hashed = jest.spyOn(test.app.get(KeyIssuer), 'issue');
    await admin(test, 'post', `/admin/coordinators/${coordinator.id}/keys`, {});
    expect(hashed).toHaveBeenCalledTimes(1);
  });
});

describe('while another transaction locks the row', () => {
  const CHANGES: [table: 'coordinators' | 'workspaces', method: Method, body: object | undefined][] = [
    ['coordinators', 'patch', { name: 'renamed' }],
    ['coordinators', 'delete', undefined],
    ['workspaces', 'patch', { name: 'renamed' }],
  ];

  it.each(CHANGES)(
    '%s, %s: an operator without the permission gets 403 at once',
    async (table, method, body) => {
      const id = table === 'coordinators' ? coordinator.id : workspaceId;
      await holdRow(test, table, id);
      const refused = await Promise.all(
        Array.from({ length: 2 * RESERVED_SESSIONS }, () =>
          call(test, method, `/admin/${table}/${id}`, { key: operator.accessKey, ...(body && { body }) }),
        ),
      );
      expect(refused.map(({ body: { code } }: Response) => code)).toEqual(
        Array.from({ length: 2 * RESERVED_SESSIONS }, () => 'permission-missing'),
      );
    },
  );

  it('a change without a free session gets 503, and the waiting changes are made', async () => {
    await holdRow(test, 'workspaces', workspaceId);
    const waiting = Array.from({ length: RESERVED_SESSIONS }, (_, at) =>
      call(test, 'patch', `/admin/workspaces/${workspaceId}`, {
        key: test.adminKey,
        body: { name: `renamed ${at}` },
      }),
    );
    await sessionsWaiting(test.database.owner, RESERVED_SESSIONS);

    const late = await call(test, 'patch', `/admin/workspaces/${workspaceId}`, {
      key: test.adminKey,
      body: { name: 'too late' },
    });
    expect(late.body).toMatchObject({ status: 503, code: 'database-unavailable' });
    expect(late.body.detail).toBe('The database cannot be reached now. Nothing was done.');
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);

    await releaseRows();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { rows } = await test.database.owner.query<{ name: string }>(
      'SELECT name FROM public.workspaces WHERE id = $1',
      [workspaceId],
    );
    expect(rows[0]?.name).toMatch(/^renamed \d$/);
  });
});
