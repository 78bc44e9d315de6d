import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { lengthenLog, openExport, readOn } from '../support/exports.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  type TestOperator,
} from '../support/registry.js';

let test: TestApp;
let operators: TestOperator[];
const open: IncomingMessage[] = [];

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  await lengthenLog(test, [(await registerWorkspace(test)).id]);
  operators = [];
  for (let n = 0; n < 50; n++) operators.push(await registerOperator(test, { workspaceIds: null }));
});

afterEach(async () => {
  for (const response of open.splice(0)) response.destroy();
  await untilFree();
});

afterAll(() => test?.close());

async function ask(key: string, query = ''): Promise<IncomingMessage> {
  const response = await openExport(test, key, query);
  open.push(response);
  return response;
}

const keyOf = (at: number) => operators[at]?.accessKey ?? '';
const exportOf = (key: string) => call(test, 'get', '/audit-log/export?requestId=none', { key });

/** Until two small exports, by two operators at once, are both answered. */
async function untilFree(): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const answers = await Promise.all([exportOf(keyOf(0)), exportOf(keyOf(1))]);
    if (answers.every(({ status }) => status === 200)) return;
    if (Date.now() > end) throw new Error('exports that have ended still take the places of others');
    await sleep(20);
  }
}

async function sessions(name: string): Promise<number> {
  const { rows } = await test.database.api.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`,
    [name],
  );
  return rows[0]?.count ?? 0;
}

it('50 exports at once: 2 run, 48 get 429 with Retry-After, and coordinators and revocations are served', async () => {
  const responses = await Promise.all(operators.map(({ accessKey }) => ask(accessKey)));
  const refused = responses.filter(({ statusCode }) => statusCode === 429);
  expect(responses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(2);
  expect(refused).toHaveLength(48);
  for (const response of refused) {
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse((await readOn(response)).text)).toMatchObject({ code: 'exports-limited' });
  }

  // Both exports hang now: their readers read nothing.
  const coordinator = await registerCoordinator(test);
  const jobs = await Promise.all(Array.from({ length: 60 }, () => createJob(test, coordinator)));
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(60);
  await admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`);
  const after = await call(test, 'get', '/coordinator/jobs', { key: coordinator.apiKey });
  expect([after.status, after.body.code]).toEqual([401, 'key-revoked']);
  expect(await sessions('coordinator-registry-export')).toBeLessThanOrEqual(2);

  // And they were not broken off by the revocation.
  for (const response of responses.filter(({ statusCode }) => statusCode === 200)) {
    expect((await readOn(response)).complete).toBe(true);
  }
});

it('a second export of the same operator gets 429, and the refusal is recorded', async () => {
  const [operator] = operators;
  expect((await ask(keyOf(0))).statusCode).toBe(200);
  const second = await exportOf(keyOf(0));
  expect([second.status, second.body.code]).toEqual([429, 'exports-limited']);
  expect((await exportOf(keyOf(1))).status).toBe(200);
  await test.app.get(RefusalRecorder, { strict: false }).flush();
  const { rows } = await test.database.owner.query(
    `SELECT DISTINCT action, reason FROM public.audit_log WHERE actor_id = $1 AND outcome = 'DENIED'`,
    [operator?.id],
  );
  expect(rows).toEqual([{ action: 'rate.limited', reason: 'exports-limited' }]);
});

it('a refused export writes no audit.exported record', async () => {
  const exported = async () => {
    const { rows } = await test.database.owner.query(
      `SELECT FROM public.audit_log WHERE action = 'audit.exported' AND actor_id = $1`,
      [operators[0]?.id],
    );
    return rows.length;
  };
  await ask(keyOf(0));
  const before = await exported();
  expect((await exportOf(keyOf(0))).status).toBe(429);
  expect(await exported()).toBe(before);
});

it('a deleted operator gets 401, not 429, while other exports run', async () => {
  await ask(keyOf(0));
  await ask(keyOf(1));
  const { id, accessKey } = await registerOperator(test);
  expect((await exportOf(accessKey)).status).toBe(429);
  await admin(test, 'delete', `/admin/operators/${id}`);
  expect((await exportOf(accessKey)).status).toBe(401);
});

it.each([
  ['that its reader aborts', async () => void (await ask(keyOf(0))).destroy()],
  ['that ends', async () => void (await readOn(await ask(keyOf(0))))],
  ['that is asked for by HEAD', () => call(test, 'head', '/audit-log/export', { key: keyOf(0) })],
  ['with a wrong query', () => call(test, 'get', '/audit-log/export?format=xml', { key: keyOf(0) })],
  [
    'of a forbidden workspace',
    async () => {
      const { id } = await registerWorkspace(test);
      const limited = await registerOperator(test, { workspaceIds: [] });
      const path = `/audit-log/export?workspaceId=${id}`;
      expect((await call(test, 'get', path, { key: limited.accessKey })).status).toBe(403);
    },
  ],
])('an export %s frees its slot', async (_, attempt) => {
  for (let n = 0; n < 3; n++) {
    await attempt();
    await untilFree();
  }
});
