import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { admin, call, registerOperator } from '../support/registry.js';
import { registerTenant } from '../support/route-cases.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
});

afterAll(() => test?.close());

describe('permissions are checked before the request is validated', () => {
  it.each([
    ['post', '/coordinator/jobs', '{'],
    ['post', '/coordinator/jobs', {}],
    ['get', '/coordinator/jobs?limit=9999', undefined],
    ['get', '/coordinator/jobs/nonsense', undefined],
    ['post', '/coordinator/jobs/nonsense/complete', {}],
    ['post', '/stitcher/webhook', {}],
    ['post', '/stitcher/dispatch', { surprise: 1 }],
  ] as const)('for a coordinator: %s %s %j', async (method, path, body) => {
    const { coordinator } = await registerTenant(test);
    const of = { key: coordinator.apiKey, ...(body === undefined ? {} : { body }) };
    expect((await call(test, method, path, of)).status).toBe(400);
    await admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`);
    expect(await call(test, method, path, of)).toMatchObject({ status: 401, body: { code: 'key-revoked' } });
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const { items } = await admin<{ items: object[] }>(
      test,
      'get',
      `/audit-log?actorId=${coordinator.id}&outcome=DENIED`,
    );
    expect(items).toEqual([expect.objectContaining({ action: 'auth.denied', reason: 'key-revoked' })]);
  });

  it('for an operator', async () => {
    const { accessKey } = await registerOperator(test, { role: 'OPERATOR' });
    const answer = await call(test, 'post', '/admin/workspaces', { key: accessKey, body: {} });
    expect(answer).toMatchObject({ status: 403, body: { code: 'permission-missing' } });
  });
});
