import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { API_ROLE, REQUEST_APPLICATION_NAME } from '../../src/database/connection.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { testSession } from '../support/database.js';
import { call, listen, registerCoordinator } from '../support/registry.js';

/*
 * A transaction of the API's rights is left open: a cancellation ends only a statement, so the session must be terminated. One that
 * may not be terminated keeps the revocation from being answered with success.
 */

const OTHER_LOGIN = 'registry_test_other_api';

let test: TestApp;
const sessions: pg.Client[] = [];

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const session of sessions.splice(0)) await session.end();
});

afterAll(() => test?.close());

async function openTransaction(connectionString: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString, application_name: REQUEST_APPLICATION_NAME });
  session.on('error', () => undefined);
  sessions.push(session);
  await session.connect();
  await session.query('BEGIN');
  await session.query('SELECT 1');
  return session;
}

async function revocation() {
  const { id, key } = await registerCoordinator(test);
  const revoked = 'SELECT FROM public.coordinator_keys WHERE id = $1 AND revoked_at IS NOT NULL';
  const answer = call(test, 'delete', `/admin/coordinators/${id}/keys/${key.id}`, { key: test.adminKey });
  const answered = { status: 0 };
  const done = answer.then(({ status }) => {
    answered.status = status;
  });
  while ((await test.database.owner.query(revoked, [key.id])).rowCount === 0) await sleep(5);
  return { answered, done, answer };
}

/** The clock of the drain goes on by so much at once. */
function skip(ms: number): void {
  const now = performance.now();
  const real = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => real() + ms);
  expect(performance.now() - now).toBeGreaterThanOrEqual(ms);
}

it('a session idle in a transaction is terminated after 10 s, then the revocation gets its response', async () => {
  const session = await openTransaction(test.database.apiUrl);
  const { answered, done } = await revocation();
  skip(6_000);
  await sleep(200);
  // It was cancelled, which does not end a transaction.
  expect(answered.status).toBe(0);
  jest.restoreAllMocks();
  skip(11_000);
  await done;
  expect(answered.status).toBe(204);
  await expect(session.query('COMMIT')).rejects.toThrow();
});

it('a revocation answers 503 and says that it is stored, if a transaction cannot be ended', async () => {
  const session = await openTransaction(await otherLogin());
  try {
    const { answered, done, answer } = await revocation();
    skip(11_000);
    await sleep(200);
    expect(answered.status).toBe(0);
    jest.restoreAllMocks();
    skip(26_000);
    await done;
    expect((await answer).body).toMatchObject({ status: 503, code: 'database-unavailable' });
    expect((await answer).body.detail).toContain('The change is stored');
    // Nobody ended it.
    expect((await session.query('SELECT 1')).rowCount).toBe(1);
  } finally {
    for (const each of sessions.splice(0)) await each.end();
    await asSuperuser([`DROP OWNED BY ${OTHER_LOGIN}`, `DROP ROLE ${OTHER_LOGIN}`]);
  }
});

async function otherLogin(): Promise<string> {
  const url = new URL(test.database.apiUrl);
  await asSuperuser([
    `CREATE ROLE ${OTHER_LOGIN} LOGIN PASSWORD 'other'`,
    `GRANT ${API_ROLE} TO ${OTHER_LOGIN}`,
    `GRANT CONNECT ON DATABASE ${url.pathname.slice(1)} TO ${OTHER_LOGIN}`,
  ]);
  url.username = OTHER_LOGIN;
  url.password = 'other';
  return url.href;
}

async function asSuperuser(statements: string[]): Promise<void> {
  const client = new pg.Client(testSession(test.database.superuserUrl));
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
