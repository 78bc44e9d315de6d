import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import supertest from 'supertest';
import { openCluster } from '../../src/database/embedded/cluster.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { ensurePostmaster, stopPostmaster } from '../../src/database/embedded/postmaster.js';
import { apiUrlOf, ensureRegistryDatabase } from '../../src/database/embedded/registry-database.js';
import { prepareDatabase } from '../../src/database/prepare-database.js';
import { insertAdmin, startServer } from '../support/app.js';
import { testSession } from '../support/database.js';
import { eventually } from '../support/server-process.js';

/*
 * A server over a real standby: a PostgreSQL that stays in recovery, and answers readers. The tests go on from each other.
 */

const SILENT = { log: () => undefined, warn: () => undefined, error: () => undefined };

let dataDir: string;
let adminKey: string;
let app: NestFastifyApplication;
let standby: { superuser: string };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'registry-standby-'));
  await chmod(dataDir, 0o755);
  await (await prepareDatabase({ dataDir }, SILENT, { create: true })).stop();

  const primary = await EmbeddedPostgres.open(dataDir, SILENT);
  const owner = new pg.Pool({ ...testSession((await ensureRegistryDatabase(primary)).owner), max: 1 });
  adminKey = await insertAdmin(owner);
  await owner.end();
  await primary.release();

  await writeFile(join(dataDir, 'postgres/data/standby.signal'), '');
  const { port } = await ensurePostmaster(await openCluster(dataDir), {});
  const at = (url: string) => Object.assign(new URL(url), { port: String(port) }).href;
  standby = { superuser: at(primary.superuserUrl()) };
  app = await startServer(at(apiUrlOf(primary)), { dataDir });
  await app.listen(0, '127.0.0.1');
});

afterAll(async () => {
  await app?.close();
  await stopPostmaster(await openCluster(dataDir));
  await rm(dataDir, { recursive: true, force: true });
});

const http = () => supertest(app.getHttpServer());
const bearer = () => ({ Authorization: `Bearer ${adminKey}` });
const createWorkspace = () =>
  http().post('/admin/workspaces').set(bearer()).send({ slug: 'acme', name: 'Acme' });

describe('a server on a standby', () => {
  it('reports degraded, with the database read-only', async () => {
    const { status, body } = await http().get('/health/ready');
    expect([status, body.status, body.checks.database]).toEqual([200, 'degraded', 'read-only']);
  });

  it('answers reads', async () => {
    const { status, body } = await http().get('/admin/workspaces').set(bearer());
    expect([status, body]).toEqual([200, { items: [], nextCursor: null }]);
  });

  it('answers changes with 503 and "Nothing was done"', async () => {
    expect((await createWorkspace()).body).toMatchObject({
      status: 503,
      code: 'database-unavailable',
      detail: 'The database accepts no changes now: it is read-only. Nothing was done.',
    });
  });

  it('accepts changes after the standby is promoted', async () => {
    const superuser = new pg.Client(testSession(standby.superuser));
    await superuser.connect();
    await superuser.query('SELECT pg_promote()');
    await superuser.end();
    await eventually(
      async () => (await http().get('/health/ready')).body.checks.database === 'ok',
      'the database takes changes',
    );
    expect((await createWorkspace()).status).toBe(201);
  });
});
