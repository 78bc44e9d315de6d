import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { sessionOf } from '../../src/database/connection.js';
import { HOSTILE_SETTINGS, hostileStatements } from './hostile-database.mjs';

/** What `global-setup.mjs` hands to the test files. */
interface Run {
  run: string;
  template: string;
  hostileTemplate: string;
  superuserUrl: string;
  owner: Login;
  api: Login;
}

interface Login {
  name: string;
  password: string;
}

export interface TestDatabase {
  name: string;
  /** owns the database, as who migrates it does */
  ownerUrl: string;
  /** may do what the API may */
  apiUrl: string;
  superuserUrl: string;
  drop(): Promise<void>;
}

/** Nothing else is ever dropped. */
const FOR_TESTS = /^registry_test_[0-9a-f]{8}_[0-9a-z_]+$/;

/**
 * A database of its own for a test file: a clone of the migrated template.
 *
 * @param options.migrated false: an empty one
 * @param options.like another one to clone, in which nobody has a session
 */
export async function createTestDatabase({
  migrated = true,
  like,
}: {
  migrated?: boolean;
  like?: TestDatabase;
} = {}): Promise<TestDatabase> {
  const { run, template, hostileTemplate, superuserUrl, owner, api } = currentRun();
  const hostile = hostileSettings();
  const name = `${run}_${randomBytes(5).toString('hex')}`;
  const original =
    like?.name ?? (migrated ? (hostile === undefined ? template : hostileTemplate) : undefined);
  await asSuperuser(superuserUrl, [
    `CREATE DATABASE ${name} OWNER ${owner.name}${original === undefined ? '' : ` TEMPLATE ${original}`}`,
    // A clone does not take over who may connect, and who may make temporary tables.
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${name} TO ${api.name}`,
    ...(hostile === undefined ? [] : hostileStatements(name, hostile)),
  ]);
  return {
    name,
    ownerUrl: urlOf(superuserUrl, name, owner),
    apiUrl: urlOf(superuserUrl, name, api),
    superuserUrl: urlOf(superuserUrl, name),
    drop: async () => {
      if (!FOR_TESTS.test(name)) throw new Error(`${name} is not a database for tests`);
      await asSuperuser(superuserUrl, [
        waitForSessionsToEnd(name),
        `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
      ]);
      await rm(dataDirOf(urlOf(superuserUrl, name)), { recursive: true, force: true });
    },
  };
}

/** `DATA_DIR` of the servers over a test's database, which share it as replicas on one machine do; it goes with the database. */
export function dataDirOf(url: string): string {
  return join(tmpdir(), new URL(url).pathname.slice(1));
}

/** Those of the Jest project that runs; see `jest.config.js`. */
function hostileSettings(): Record<string, string> | undefined {
  const kind: unknown = Reflect.get(globalThis, 'hostileDatabase');
  if (kind === undefined) return undefined;
  if (kind === 'east' || kind === 'west') return HOSTILE_SETTINGS[kind];
  throw new Error(`no hostile database of the kind ${String(kind)}`);
}

/**
 * `pool.end()` resolves before PostgreSQL has read the Terminate message of each connection. If the session is
 * terminated at that moment, it sends an error to a client without a listener, and the test fails. A session that a
 * test has left open is terminated after two seconds.
 */
const waitForSessionsToEnd = (database: string) => `DO $$
  BEGIN
    FOR attempt IN 1..200 LOOP
      PERFORM pg_stat_clear_snapshot();
      EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${database}');
      PERFORM pg_sleep(0.01);
    END LOOP;
  END $$`;

/** How the tests connect: with the settings of the product's own sessions, so that what they read means the same on any database. */
export function testSession(url: string): pg.ClientConfig {
  return sessionOf({ url }, 'test');
}

function currentRun(): Run {
  const text = process.env.REGISTRY_TEST_RUN;
  if (text === undefined) throw new Error('no test run: start the tests with `npm test`');
  return JSON.parse(text) as Run;
}

function urlOf(superuserUrl: string, database: string, login?: Login): string {
  const url = new URL(superuserUrl);
  url.pathname = `/${database}`;
  if (login !== undefined) {
    url.username = login.name;
    url.password = login.password;
  }
  return url.href;
}

async function asSuperuser(url: string, statements: string[]): Promise<void> {
  const client = new pg.Client(testSession(url));
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Resolves once `count` sessions of the pool's database wait for a lock. Another login's activity is hidden, its locks are not. */
export async function sessionsWaiting(pool: pg.Pool, count: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      `SELECT FROM pg_locks AS lock JOIN pg_stat_activity AS session USING (pid)
       WHERE NOT lock.granted AND session.datname = current_database()
         -- longer than a statement waits in a shared session
         AND lock.waitstart < clock_timestamp() - interval '100 milliseconds'`,
    );
    if (rows.length >= count) return;
    await sleep(10);
  }
}
