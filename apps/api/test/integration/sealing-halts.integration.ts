import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import supertest from 'supertest';
import { initialState, nextSeal, type Observation } from '../../src/audit-log/sealing/seal.js';
import { SealingSession } from '../../src/audit-log/sealing/sealing.repository.js';
import { signingKeys } from '../../src/audit-log/sealing/signing-keys.js';
import { startServer } from '../support/app.js';
import { type AuditDatabase, openAuditDatabase } from './audit-fixture.js';
import { CHANGE, expectSealedWhole, Machine, newSigningKey } from './sealing-fixture.js';

let database: AuditDatabase;
let machine: Machine;

beforeEach(async () => {
  database = await openAuditDatabase();
  machine = await Machine.over(database);
});

afterEach(async () => {
  await machine?.close();
  await database?.close();
});

/** One seal, and the sealer that made it is gone. */
async function sealOnce(): Promise<void> {
  await database.api.query(CHANGE);
  await machine.sealer().turn();
  await machine.stop();
}

async function expectHalted(why: RegExp): Promise<void> {
  const sealer = machine.sealer();
  for (let turn = 0; turn < 2; turn += 1) {
    await expect(sealer.turn()).rejects.toMatchObject({
      name: 'SealingHaltedError',
      message: expect.stringMatching(why),
    });
  }
  const { rows } = await database.owner.query<{ count: string }>(
    'SELECT count(*) FROM public.audit_checkpoints',
  );
  await database.api.query(CHANGE);
  await expect(sealer.turn()).rejects.toThrow();
  expect((await database.owner.query('SELECT count(*) FROM public.audit_checkpoints')).rows).toEqual(rows);
  // It keeps the lock, so that no other seals what it would not.
  expect(await machine.sealer().turn()).toMatchObject({ elected: false });
}

async function asSuperuser(...statements: string[]): Promise<void> {
  for (const table of ['audit_checkpoints', 'audit_leaves', 'audit_log']) {
    await database.superuser.query(`ALTER TABLE public.${table} DISABLE TRIGGER ALL`);
  }
  for (const statement of statements) await database.superuser.query(statement);
}

/** The first checkpoint of a log, as a sealer over another Postgres would have signed it. */
async function sealElsewhere(differently: Partial<Observation>): Promise<void> {
  const session = await SealingSession.open(database.connection);
  try {
    const origin = 'registry.example/audit-log';
    const there = { ...(await session.observe()), ...differently };
    const keys = signingKeys(machine.signingKey);
    const before = initialState(origin, there, keys.current);
    const progress = { sealedTo: there.snapshot, backlog: undefined };
    await session.commit(nextSeal(before, [], progress, keys, new Date().toISOString()));
  } finally {
    await session.close();
  }
}

describe('the sealer stops and stays stopped when', () => {
  it('the Postgres cluster is not the sealed one', async () => {
    await sealElsewhere({ systemIdentifier: '42' });
    await expectHalted(
      /another Postgres cluster \(system identifier \d+\) than the one that was sealed \(42\)/,
    );
  });

  it('the cluster was promoted, or recovered to a point in time', async () => {
    await sealElsewhere({ timeline: 7 });
    await expectHalted(/on timeline 1, and was sealed on timeline 7/);
  });

  it('the database is older than the published checkpoints', async () => {
    await sealOnce();
    await sealOnce();
    await asSuperuser(
      'DELETE FROM public.audit_leaves WHERE leaf_index >= (SELECT size FROM public.audit_checkpoints WHERE seq = 0)',
      'DELETE FROM public.audit_checkpoints WHERE seq = 1',
    );
    await expectHalted(/checkpoint 1 of .* was published .*, but the database ends at checkpoint 0/);
  });

  it('the database has lost all checkpoints', async () => {
    await sealOnce();
    await asSuperuser('DELETE FROM public.audit_leaves', 'DELETE FROM public.audit_checkpoints');
    await expectHalted(/checkpoint 0 of .* was published .*, but the database has no checkpoints/);
  });

  it('the database has another checkpoint, of the same key, in place of a published one', async () => {
    await sealOnce();
    await asSuperuser('DELETE FROM public.audit_leaves', 'DELETE FROM public.audit_checkpoints');
    await sealElsewhere({});
    await expectHalted(/checkpoint 0 of .* was published .*, but the database has another one in its place/);
  });

  it('the last checkpoint was signed with another key', async () => {
    await sealOnce();
    await asSuperuser(
      "UPDATE public.audit_checkpoints SET note = replace(note, 'timeline: 1', 'timeline: 2')",
    );
    await expectHalted(/was not signed with AUDIT_SIGNING_KEY/);
  });

  it('the tree beside the last checkpoint is not the signed one', async () => {
    await sealOnce();
    await asSuperuser(
      `UPDATE public.audit_checkpoints SET frontier = substr(frontier, 1, 8) || sha256('another')`,
    );
    await expectHalted(/the tree beside checkpoint 0 in the database is not the one that was signed/);
  });

  it('a record has a form that the database never writes', async () => {
    await sealOnce();
    await database.api.query(CHANGE);
    await asSuperuser(
      `UPDATE public.audit_log SET user_agent_commitment = '\\x00' WHERE id = (SELECT max(id::text)::uuid FROM public.audit_log)`,
    );
    await expectHalted(/audit record .* does not have the form that the database writes/);
  });

  it('the checkpoints file is damaged', async () => {
    await sealOnce();
    await appendFile(machine.path, 'not a checkpoint\n');
    await expectHalted(/the last line of .* is not a checkpoint/);
  });
});

it('a line that a crash cut is written again', async () => {
  await sealOnce();
  await appendFile(machine.path, '{"seq":1,"no');
  await sealOnce();
  expect(await expectSealedWhole(machine)).toHaveLength(2);
});

it('the next sealer publishes a sealed checkpoint, also without new records', async () => {
  await database.api.query(CHANGE);
  const dying = machine.sealer({
    onStep: (step) => {
      if (step === 'committed') throw new Error('killed');
    },
  });
  await expect(dying.turn()).rejects.toThrow('killed');
  await machine.stop();
  await expect(machine.published()).rejects.toThrow('ENOENT');
  expect(await machine.sealer().turn()).toMatchObject({ elected: true, sealed: 0 });
  expect((await machine.published()).map(({ seq }) => seq)).toEqual([0]);
});

it('the session of a hung sealer ends by itself, and its commits are durable', async () => {
  await database.superuser.query(`ALTER DATABASE ${databaseName()} SET synchronous_commit = off`);
  const session = await SealingSession.open(database.connection);
  try {
    const client: unknown = Reflect.get(session, 'client');
    if (!(client instanceof pg.Client)) throw new Error('a sealing session has no client');
    const { rows } = await client.query<{ name: string; setting: string }>(
      'SELECT name, current_setting(name) AS setting FROM unnest($1::text[]) AS name',
      [Object.keys(SEALER_SETTINGS)],
    );
    expect(Object.fromEntries(rows.map((it) => [it.name, it.setting]))).toEqual(SEALER_SETTINGS);
  } finally {
    await session.close();
  }
});

const SEALER_SETTINGS = {
  idle_session_timeout: '30s',
  idle_in_transaction_session_timeout: '10s',
  statement_timeout: '1min',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  synchronous_commit: 'on',
};

function databaseName(): string {
  return new URL(database.connection.url).pathname.slice(1);
}

it('a server with a stopped sealer serves, and reports it', async () => {
  await sealOnce();
  const app = await startServer(database.connection.url, {
    auditSigningKey: newSigningKey(),
    dataDir: join(machine.directory, 'elsewhere'),
  });
  try {
    const health = () => supertest(app.getHttpServer()).get('/health/ready');
    while ((await health()).body.checks.sealing !== 'halted') await sleep(50);
    const { status, body } = await health();
    expect([status, body]).toEqual([
      200,
      { status: 'degraded', checks: { database: 'ok', sealing: 'halted' } },
    ]);
    const { text } = await supertest(app.getHttpServer()).get('/metrics');
    expect(text).toMatch(/^audit_sealing_halted 1$/m);
  } finally {
    await app.close();
  }
});
