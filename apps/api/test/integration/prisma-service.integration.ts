import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { messageOf, violatedIndex } from '../../src/database/database-errors.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { Prisma } from '../../src/generated/prisma/client.js';
import { createTestDatabase, testSession } from '../support/database.js';
import { SYSTEM } from './jobs-fixture.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let prisma: PrismaService;
let pipelined: PrismaService;

beforeAll(async () => {
  database = await createTestDatabase();
  // One session, which has the plans that are to go stale.
  prisma = PrismaService.over({ url: database.apiUrl }, 1);
  pipelined = PrismaService.over({ url: database.apiUrl });
});

afterAll(async () => {
  await prisma?.onApplicationShutdown();
  await pipelined?.onApplicationShutdown();
  await database?.drop();
});

// What goes past Prisma's client and what does not, held to the same.
describe.each([
  ['rows', (statement: Prisma.Sql) => prisma.rows<Record<string, unknown>>(statement)],
  ['rowsShared', (statement: Prisma.Sql) => pipelined.rowsShared<Record<string, unknown>>(statement)],
  ['$queryRaw', (statement: Prisma.Sql) => prisma.$queryRaw<Record<string, unknown>[]>(statement)],
])('PrismaService.%s', (name, ask) => {
  it('returns values of the same types', async () => {
    const time = new Date('2026-11-28T20:36:17.123Z');
    const answered = await ask(Prisma.sql`
      SELECT ${9_007_199_254_740_993n}::int8 AS big, NULL::int8 AS none, ${7}::int AS small, ${1.5}::float8 AS part, ${time}::timestamptz AS time,
        ${'{"a":[1,null]}'}::jsonb AS json, ${['x', 'y']}::text[] AS texts, true AS yes, 'RUNNING'::public.job_status AS status`);
    expect(answered).toEqual([
      {
        big: 9_007_199_254_740_993n,
        none: null,
        small: 7,
        part: 1.5,
        time,
        json: { a: [1, null] },
        texts: ['x', 'y'],
        yes: true,
        status: 'RUNNING',
      },
    ]);
  });

  it('repeats a statement whose plan a migration made stale', async () => {
    const all = Prisma.sql`SELECT * FROM public.workspace_repositories`;
    expect(await ask(all)).toEqual([]);
    const owner = new pg.Client(testSession(database.ownerUrl));
    await owner.connect();
    await owner.query(`ALTER TABLE public.workspace_repositories ADD COLUMN "${name}" text`);
    await owner.end();
    expect(await ask(all)).toEqual([]);
  });

  it('names the unique index of a violation', async () => {
    const insert = Prisma.sql`${Prisma.raw(SYSTEM)} INSERT INTO public.workspaces (slug, name) SELECT ${name}, ${name} FROM ctx`;
    await ask(insert);
    expect(violatedIndex(await ask(insert).catch((error: unknown) => error))).toBe('workspaces_slug_key');
  });

  it.each([
    ['cancelled', '57014'],
    ['in a deadlock', '40P01'],
  ])('throws database-unavailable for a statement that was %s', async (_, code) => {
    const raise = Prisma.raw(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`);
    await expect(ask(raise)).rejects.toMatchObject({ code: 'database-unavailable' });
  });

  it('throws database-unavailable without a server', async () => {
    const nowhere = PrismaService.over({ url: 'postgresql://nobody@127.0.0.1:1/none' }, 1);
    const asked = name === '$queryRaw' ? nowhere.$queryRaw`SELECT 1` : nowhere.rows(Prisma.sql`SELECT 1`);
    await expect(asked).rejects.toMatchObject({ code: 'database-unavailable' });
    await nowhere.onApplicationShutdown();
  });

  it('passes other errors of a statement through', async () => {
    const error: unknown = await ask(Prisma.sql`SELECT 1 / 0`).catch((it: unknown) => it);
    expect(messageOf(error, '22012')).toEqual(expect.any(String));
  });
});
