import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import supertest from 'supertest';
import { ConfigurationError } from '../../src/config/configuration.error.js';
import type { Coordinator } from '../../src/coordinators/coordinator.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import { insertAdmin, startServer } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';

const KEY = 'a-key-of-a-single-key-deployment-0001';
const OTHER_KEY = 'a-key-of-a-single-key-deployment-0002';
const NAME = 'environment';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const PHC = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

let database: TestDatabase;
let owner: pg.Pool;
let adminKey: string;
let running: NestFastifyApplication[];
let workspaceId: string;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...testSession(database.ownerUrl), max: 5 });
  adminKey = await insertAdmin(owner);
  workspaceId = await insertWorkspace();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((it) => it.close()));
  await owner.end();
  await database.drop();
});

async function insertWorkspace(): Promise<string> {
  const id = randomUUID();
  await owner.query(
    `WITH ctx AS MATERIALIZED (
       SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready
     ) INSERT INTO public.workspaces (id, slug, name) SELECT $1::uuid, $1::text, 'Acme' FROM ctx WHERE ctx.ready`,
    [id],
  );
  return id;
}

async function start(
  key = KEY,
  { name = NAME, workspaceIds = [workspaceId] } = {},
): Promise<NestFastifyApplication> {
  const app = await startServer(database.apiUrl, { environmentKey: { key, name, workspaceIds } });
  running.push(app);
  return app;
}

const as = (app: NestFastifyApplication, key: string) => {
  const http = supertest(app.getHttpServer());
  return {
    listJobs: () => http.get('/coordinator/jobs').set('X-API-Key', key),
    createJob: (workspace: string) =>
      http.post('/coordinator/jobs').set('X-API-Key', key).send({ workspaceId: workspace, type: 'build' }),
  };
};

async function admin<Body>(
  app: NestFastifyApplication,
  method: 'get' | 'post' | 'patch' | 'delete',
  path: string,
  body?: object,
): Promise<Body> {
  const request = supertest(app.getHttpServer())[method](path).set('Authorization', `Bearer ${adminKey}`);
  const answer = await (body === undefined ? request : request.send(body));
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body;
}

const coordinators = async (app: NestFastifyApplication) =>
  (await admin<{ items: Coordinator[] }>(app, 'get', '/admin/coordinators')).items;
const keysOf = async (app: NestFastifyApplication, id: string) =>
  (await admin<{ items: CoordinatorKey[] }>(app, 'get', `/admin/coordinators/${id}/keys`)).items;

/** The one coordinator that there is, with its keys. */
async function theOne(
  app: NestFastifyApplication,
): Promise<{ coordinator: Coordinator; keys: CoordinatorKey[] }> {
  const [coordinator, ...others] = await coordinators(app);
  if (coordinator === undefined || others.length > 0) throw new Error('not one coordinator');
  return { coordinator, keys: await keysOf(app, coordinator.id) };
}

const recordsOfEnvironmentKey = () =>
  recordsWhere({ database: { owner } }, "actor_name = 'COORDINATOR_API_KEY'");

describe('COORDINATOR_API_KEY', () => {
  it('is stored as a key of a coordinator', async () => {
    const app = await start();
    const { coordinator, keys } = await theOne(app);
    expect(coordinator).toMatchObject({
      name: NAME,
      status: 'ACTIVE',
      permissions: ['jobs:read', 'jobs:write', 'stitcher:dispatch'],
      rateLimitPerMinute: 100,
      workspaceIds: [workspaceId],
    });
    expect(keys).toEqual([
      expect.objectContaining({
        name: 'COORDINATOR_API_KEY',
        environment: true,
        prefix: null,
        state: 'ACTIVE',
        expiresAt: null,
      }),
    ]);
    const { rows } = await owner.query('SELECT secret_hash FROM public.coordinator_keys');
    expect(rows).toEqual([{ secret_hash: expect.stringMatching(PHC) }]);

    const caller = as(app, KEY);
    expect((await caller.createJob(workspaceId)).status).toBe(201);
    expect((await caller.createJob(UNKNOWN)).body).toMatchObject({
      status: 403,
      code: 'workspace-forbidden',
    });
    const answer = await caller.listJobs();
    expect(answer.headers['ratelimit-limit']).toBe('100');
    const bearer = await supertest(app.getHttpServer())
      .get('/coordinator/jobs')
      .set('Authorization', `Bearer ${KEY}`);
    expect(bearer.status).toBe(200);
  });

  it("accepts no other value, and is no operator's key", async () => {
    const app = await start();
    for (const key of [KEY.slice(0, -1), `${KEY}1`, KEY.toUpperCase(), OTHER_KEY]) {
      expect((await as(app, key).listJobs()).body).toMatchObject({ status: 401, code: 'invalid-credential' });
    }
    const operator = await supertest(app.getHttpServer())
      .get('/admin/operators')
      .set('Authorization', `Bearer ${KEY}`);
    expect(operator.body).toMatchObject({ status: 401, code: 'invalid-credential' });
  });

  it('writes no row and no record on a start with the same value', async () => {
    const first = await theOne(await start());
    const before = await recordsOfEnvironmentKey();
    expect(before.map((it) => [it.actorType, it.action])).toEqual([
      ['SYSTEM', 'coordinator-key.issued'],
      ['SYSTEM', 'coordinator.registered'],
      ['SYSTEM', 'coordinator.updated'],
    ]);
    const app = await start();
    expect(await theOne(app)).toEqual(first);
    expect(await recordsOfEnvironmentKey()).toEqual(before);
    expect((await as(app, KEY).listJobs()).status).toBe(200);
  });

  it('is revoked when a server starts with another value', async () => {
    const old = await start();
    expect((await as(old, KEY).listJobs()).status).toBe(200);
    const { coordinator } = await theOne(old);
    const fresh = await start(OTHER_KEY);
    expect((await as(fresh, OTHER_KEY).listJobs()).status).toBe(200);
    expect((await as(fresh, KEY).listJobs()).body).toMatchObject({ code: 'invalid-credential' });
    expect((await as(old, KEY).listJobs()).body).toMatchObject({ status: 401, code: 'key-revoked' });
    const after = await theOne(fresh);
    expect(after.coordinator.id).toBe(coordinator.id);
    expect(after.keys.map((it) => it.state)).toEqual(['ACTIVE', 'REVOKED']);
  });

  it('stays revoked, also when the value returns later', async () => {
    const app = await start();
    const { coordinator, keys } = await theOne(app);
    await admin(app, 'delete', `/admin/coordinators/${coordinator.id}/keys/${keys[0]?.id}`);
    expect((await as(app, KEY).listJobs()).body).toMatchObject({ status: 401, code: 'key-revoked' });
    const again = await start();
    expect((await as(again, KEY).listJobs()).body).toMatchObject({ status: 401, code: 'key-revoked' });

    const other = await start(OTHER_KEY);
    const answer = await supertest(other.getHttpServer()).post('/keys/revoke').send({ key: OTHER_KEY });
    expect(answer.status).toBe(204);
    for (const [key, at] of [
      [OTHER_KEY, await start(OTHER_KEY)],
      [KEY, await start(KEY)],
    ] as const) {
      expect((await as(at, key).listJobs()).body).toMatchObject({ status: 401, code: 'key-revoked' });
    }
    expect((await theOne(other)).keys.map((it) => it.state)).toEqual(['REVOKED', 'REVOKED']);
  });

  it('stays revoked after its coordinator is deleted', async () => {
    const app = await start();
    const { coordinator } = await theOne(app);
    await admin(app, 'delete', `/admin/coordinators/${coordinator.id}`);
    const again = await start();
    expect((await as(again, KEY).listJobs()).body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect(await coordinators(again)).toEqual([]);
    const fresh = await start(OTHER_KEY);
    expect((await as(fresh, OTHER_KEY).listJobs()).status).toBe(200);
  });

  it('follows suspension and rotation', async () => {
    const app = await start();
    const { coordinator, keys } = await theOne(app);
    await admin(app, 'patch', `/admin/coordinators/${coordinator.id}`, { status: 'SUSPENDED' });
    expect((await as(app, KEY).listJobs()).body).toMatchObject({
      status: 403,
      code: 'coordinator-suspended',
    });
    const again = await start();
    expect((await as(again, KEY).listJobs()).body).toMatchObject({
      status: 403,
      code: 'coordinator-suspended',
    });
    await admin(app, 'patch', `/admin/coordinators/${coordinator.id}`, { status: 'ACTIVE' });

    const { apiKey, key } = await admin<{ apiKey: string; key: CoordinatorKey }>(
      app,
      'post',
      `/admin/coordinators/${coordinator.id}/keys/${keys[0]?.id}/rotate`,
      { overlapSeconds: 0 },
    );
    expect(key).toMatchObject({ environment: false, predecessorId: keys[0]?.id });
    expect((await as(app, KEY).listJobs()).body).toMatchObject({ status: 401, code: 'key-expired' });
    expect((await as(app, apiKey).listJobs()).status).toBe(200);
  });

  it('is one row after several simultaneous starts', async () => {
    const apps = await Promise.all([start(), start(), start()]);
    for (const app of apps) {
      expect((await theOne(app)).keys).toHaveLength(1);
      expect((await as(app, KEY).listJobs()).status).toBe(200);
    }
  });

  it('takes name, workspaces and permissions from the environment, rate limit and networks from the API', async () => {
    const app = await start();
    const { coordinator } = await theOne(app);
    await admin(app, 'patch', `/admin/coordinators/${coordinator.id}`, {
      permissions: ['jobs:read'],
      rateLimitPerMinute: 7,
      allowedNetworks: ['127.0.0.0/8'],
      workspaceIds: [],
    });
    const second = await insertWorkspace();
    const again = await start(KEY, { name: 'renamed', workspaceIds: [second] });
    expect((await theOne(again)).coordinator).toMatchObject({
      id: coordinator.id,
      name: 'renamed',
      permissions: ['jobs:read', 'jobs:write', 'stitcher:dispatch'],
      workspaceIds: [second],
      rateLimitPerMinute: 7,
      allowedNetworks: ['127.0.0.0/8'],
    });
    expect((await as(again, KEY).createJob(workspaceId)).body).toMatchObject({ status: 403 });
    expect((await as(again, KEY).createJob(second)).status).toBe(201);
  });

  it('is added to an existing coordinator with that name', async () => {
    const plain = await startServer(database.apiUrl);
    running.push(plain);
    const { coordinator } = await admin<{ coordinator: Coordinator }>(plain, 'post', '/admin/coordinators', {
      name: NAME,
      workspaceIds: [],
    });
    const app = await start();
    expect((await theOne(app)).coordinator).toMatchObject({
      id: coordinator.id,
      workspaceIds: [workspaceId],
    });
    expect((await theOne(app)).keys.map((it) => it.environment)).toEqual([true, false]);
  });
});

describe('COORDINATOR_API_KEY: the start fails', () => {
  it('for unknown workspaces, and stores nothing', async () => {
    await expect(start(KEY, { workspaceIds: [workspaceId, UNKNOWN] })).rejects.toMatchObject({
      name: ConfigurationError.name,
      message: expect.stringContaining(UNKNOWN),
    });
    const { rows } = await owner.query('SELECT FROM public.coordinators');
    expect(rows).toEqual([]);
  });

  it('for the name of another coordinator', async () => {
    const app = await start();
    await admin(app, 'post', '/admin/coordinators', { name: 'taken', workspaceIds: [] });
    await expect(start(KEY, { name: 'taken' })).rejects.toMatchObject({
      name: ConfigurationError.name,
      message: expect.stringContaining('COORDINATOR_API_KEY_NAME'),
    });
  });
});
