import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import supertest from 'supertest';
import { insertAdmin, startServer } from '../support/app.js';
import { createTestDatabase, sessionsWaiting, type TestDatabase, testSession } from '../support/database.js';

interface Admin {
  id: string;
  key: string;
}

type Blow = (by: Admin, at: NestFastifyApplication, to: Admin) => Promise<supertest.Response>;

/** Two servers over one database, as two replicas are. */
let servers: [NestFastifyApplication, NestFastifyApplication];
let database: TestDatabase;
let owner: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...testSession(database.ownerUrl), max: 5 });
  servers = [await startServer(database.apiUrl), await startServer(database.apiUrl)];
});

afterAll(async () => {
  await Promise.all(servers.map((it) => it.close()));
  await owner.end();
  await database.drop();
});

/** From here on, these are all the ADMINs that there are. */
async function admins(count: number): Promise<Admin[]> {
  await owner.query(
    `WITH ctx AS MATERIALIZED (
       SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready
     ) UPDATE public.operators SET deleted_at = now() FROM ctx WHERE ctx.ready AND deleted_at IS NULL`,
  );
  const made: Admin[] = [];
  for (let n = 0; n < count; n += 1) {
    const key = await insertAdmin(owner);
    const { rows } = await owner.query<{ id: string }>('SELECT id FROM public.operators WHERE kid = $1', [
      key.slice(4, 20),
    ]);
    made.push({ id: rows[0]?.id ?? '', key });
  }
  return made;
}

async function expireKey(id: string): Promise<void> {
  await owner.query(
    `WITH ctx AS MATERIALIZED (
       SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready
     ) UPDATE public.operators SET key_created_at = now() - interval '2 hours', key_expires_at = now() - interval '1 hour'
       FROM ctx WHERE ctx.ready AND id = $1`,
    [id],
  );
}

async function adminsLeft(): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    "SELECT id FROM public.operators WHERE role = 'ADMIN' AND deleted_at IS NULL",
  );
  return rows.map((it) => it.id);
}

const remove: Blow = (by, at, to) =>
  supertest(at.getHttpServer()).delete(`/admin/operators/${to.id}`).set('Authorization', `Bearer ${by.key}`);
const demote: Blow = (by, at, to) =>
  supertest(at.getHttpServer())
    .patch(`/admin/operators/${to.id}`)
    .set('Authorization', `Bearer ${by.key}`)
    .send({ role: 'OPERATOR', workspaceIds: null });

describe('the last administrator', () => {
  it.each([
    ['deleted', remove],
    ['demoted', demote],
  ])('cannot be %s', async (_, blow) => {
    const [last] = await admins(1);
    if (last === undefined) throw new Error('no ADMIN');
    const answer = await blow(last, servers[0], last);
    expect(answer.body).toMatchObject({ status: 409, code: 'last-admin' });
    expect(await adminsLeft()).toEqual([last.id]);
  });

  it.each([
    ['deleted', remove],
    ['demoted', demote],
  ])('cannot be %s while the key of each other one has expired', async (_, blow) => {
    const [last, expired] = await admins(2);
    if (last === undefined || expired === undefined) throw new Error('no ADMIN');
    await expireKey(expired.id);
    const answer = await blow(last, servers[0], last);
    expect(answer.body).toMatchObject({ status: 409, code: 'last-admin' });
    expect((await adminsLeft()).sort()).toEqual([last.id, expired.id].sort());
    expect((await remove(last, servers[0], expired)).status).toBe(204);
  });

  it('can be renamed, and can be deleted when there is another', async () => {
    const [last] = await admins(1);
    if (last === undefined) throw new Error('no ADMIN');
    const http = supertest(servers[0].getHttpServer());
    const renamed = await http
      .patch(`/admin/operators/${last.id}`)
      .set('Authorization', `Bearer ${last.key}`)
      .send({ name: 'Ada', role: 'ADMIN' });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Ada']);
    await insertAdmin(owner);
    expect((await remove(last, servers[0], last)).status).toBe(204);
    expect(await adminsLeft()).toHaveLength(1);
  });

  it('survives two simultaneous deletions or demotions', async () => {
    const blows: [Blow, Blow][] = [
      [remove, remove],
      [remove, demote],
      [demote, demote],
    ];
    for (let round = 0; round < 12; round += 1) {
      const [a, b] = await admins(2);
      const [mine, theirs] = blows[round % 3] ?? [];
      if (!(a && b && mine && theirs)) throw new Error('nobody to strike');
      const answers = await Promise.all([mine(a, servers[0], b), theirs(b, servers[1], a)]);
      const [won, lost] = answers.sort((one, other) => one.status - other.status);
      expect([200, 204]).toContain(won?.status);
      // Who came second was either no ADMIN any more, or the last.
      expect(['key-revoked', 'invalid-credential', 'permission-missing', 'last-admin']).toContain(
        lost?.body.code,
      );
      expect(await adminsLeft()).toHaveLength(1);
    }
  });

  it.each([
    ['delete', 'delete', remove, remove],
    ['delete', 'demote', remove, demote],
    ['demote', 'demote', demote, demote],
  ])('survives two changes that overlap in the database: %s, %s', async (_, __, mine, theirs) => {
    const [a, b] = await admins(2);
    if (a === undefined || b === undefined) throw new Error('nobody to strike');
    const blocker = await owner.connect();
    let answers: supertest.Response[];
    try {
      await blocker.query('BEGIN');
      await blocker.query('SELECT FROM public.operators WHERE id = ANY ($1) FOR UPDATE', [[a.id, b.id]]);
      const struck = [mine(a, servers[0], b), theirs(b, servers[1], a)].map((it) =>
        it.then((answer) => answer),
      );
      await sessionsWaiting(owner, 2);
      await blocker.query('COMMIT');
      answers = await Promise.all(struck);
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
    expect(answers.filter((it) => it.status < 300)).toHaveLength(1);
    expect(answers.find((it) => it.status >= 300)?.body).toMatchObject({ status: 409, code: 'last-admin' });
    expect(await adminsLeft()).toHaveLength(1);
  });
});
