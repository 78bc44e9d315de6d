import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { testSession } from '../support/database.js';
import { DebianPostgres } from '../support/debian-postgres.js';
import {
  admin,
  call,
  createJob,
  registerCoordinator,
  registerOperator,
  type Served,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually, type ServerProcess } from '../support/server-process.js';
import { RegistryOn } from './registry-on.js';

/*
 * Reads of the audit log on the standby of DATABASE_READ_URL. The tests go on from each other.
 */

interface Listed {
  items: { resourceId: string }[];
}

let primary: DebianPostgres;
let standby: DebianPostgres;
let registry: RegistryOn;
let server: ServerProcess;
let served: Served;
let coordinator: TestCoordinator;

beforeAll(async () => {
  primary = await DebianPostgres.create();
  registry = await RegistryOn.create(primary);
  standby = await primary.standby();
  server = await registry.serve({ DATABASE_READ_URL: registry.urlOn(standby) });
  served = registry.through(server);
  coordinator = await registerCoordinator(served);
});

afterAll(async () => {
  await registry?.remove();
  await standby?.remove();
  await primary?.remove();
});

/** How many reads each server has run. */
async function reads(): Promise<{ standby: number; primary: number }> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const count = (name: string) =>
    Number(new RegExp(`^standby_reads_total{server="${name}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { standby: count('standby'), primary: count('primary') };
}

async function onStandby(statement: string): Promise<void> {
  const superuser = new pg.Client(testSession(standby.url('registry')));
  await superuser.connect();
  await superuser.query(statement);
  await superuser.end();
}

/** A new job, and whether the next read of the log has its record. */
async function isSeenAtOnce(): Promise<boolean> {
  const { id } = await createJob(served, coordinator);
  const { items } = await admin<Listed>(served, 'get', `/audit-log?resourceId=${id}`);
  return items.length === 1;
}

describe('reads of the audit log with a standby', () => {
  it('run on the standby, and show every change that was answered before', async () => {
    const before = await reads();
    for (let time = 0; time < 50; time += 1) expect(await isSeenAtOnce()).toBe(true);
    const { standby: there } = await reads();
    expect(there).toBeGreaterThan(before.standby);
    const exported = await call(served, 'get', '/audit-log/export?action=job.created', {
      key: registry.adminKey,
    });
    expect(exported.text.trim().split('\n').length).toBeGreaterThan(50);
    expect((await reads()).standby).toBeGreaterThan(there);
  });

  it('run on the primary while the standby is behind: rights and records are up to date', async () => {
    const auditor = await registerOperator(served, { role: 'AUDITOR', workspaceIds: null });
    const list = () => call(served, 'get', '/audit-log?limit=1', { key: auditor.accessKey });
    expect((await list()).status).toBe(200);
    await onStandby('SELECT pg_wal_replay_pause()');
    try {
      const before = await reads();
      expect(await isSeenAtOnce()).toBe(true);
      await admin(served, 'delete', `/admin/operators/${auditor.id}`);
      expect((await list()).status).toBe(401);
      const { standby: there, primary: here } = await reads();
      expect([there, here > before.primary]).toEqual([before.standby, true]);
    } finally {
      await onStandby('SELECT pg_wal_replay_resume()');
    }
  });

  it('run on the primary while the standby is away, and on the standby again after that', async () => {
    await standby.stopAtOnce();
    expect(await isSeenAtOnce()).toBe(true);
    await server.says(/cannot serve reads of the audit log, so the primary serves them/);
    await standby.start();
    const before = await reads();
    await eventually(async () => {
      await isSeenAtOnce();
      return (await reads()).standby > before.standby;
    }, 'the standby serves reads');
  });

  it('run on the primary once the standby is promoted', async () => {
    await standby.promote();
    await server.says(/it is not a standby/);
    const before = await reads();
    expect(await isSeenAtOnce()).toBe(true);
    expect((await reads()).standby).toBe(before.standby);
  });
});
