import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PrismaService } from '../../src/database/prisma.service.js';
import { Prisma } from '../../src/generated/prisma/client.js';
import { createTestDatabase, testSession } from '../support/database.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let prisma: PrismaService;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client(testSession(database.ownerUrl));
  await owner.connect();
  await owner.query('CREATE TABLE public.counters (id uuid PRIMARY KEY, value integer NOT NULL)');
  await owner.query(
    'CREATE TABLE public.checked_at_commit (value uuid UNIQUE DEFERRABLE INITIALLY DEFERRED)',
  );
  await owner.query('GRANT SELECT, INSERT, UPDATE ON public.counters, public.checked_at_commit TO PUBLIC');
  prisma = PrismaService.over({ url: database.apiUrl });
});

afterAll(async () => {
  await prisma?.onApplicationShutdown();
  await owner?.end();
  await database?.drop();
});

interface Session {
  pid: number;
  transaction: string;
}

function sessionOf(pause = 0): Promise<Session[]> {
  return prisma.rowsShared<Session>(
    Prisma.sql`SELECT pg_backend_pid() AS pid, pg_current_xact_id()::text AS transaction, pg_sleep(${pause}::float8)`,
  );
}

async function counter(): Promise<string> {
  const id = randomUUID();
  await owner.query('INSERT INTO public.counters VALUES ($1, 0)', [id]);
  return id;
}

function increment(id: string): Promise<{ value: number }[]> {
  return prisma.rowsShared(
    Prisma.sql`UPDATE public.counters SET value = value + 1 WHERE id = ${id}::uuid RETURNING value`,
  );
}

function distinct<T>(values: T[]): number {
  return new Set(values).size;
}

describe('SharedSessions', () => {
  it('executes what is asked for at once in few sessions and transactions', async () => {
    await sessionOf();
    const rows = (await Promise.all(Array.from({ length: 16 }, () => sessionOf()))).flat();
    expect(distinct(rows.map(({ transaction }) => transaction))).toBeLessThan(8);
    expect(distinct(rows.map(({ pid }) => pid))).toBeLessThan(8);
  });

  it('gives each statement of a transaction its own time and snapshot', async () => {
    const id = await counter();
    const times = (
      await Promise.all(
        Array.from({ length: 6 }, () =>
          prisma.rowsShared<{ at: string }>(
            Prisma.sql`SELECT extract(epoch FROM statement_timestamp())::text AS at, pg_sleep(0.001)`,
          ),
        ),
      )
    ).flat();
    expect(distinct(times.map(({ at }) => at))).toBe(6);
    // Each sees the one before it, also in the same transaction.
    const values = (await Promise.all(Array.from({ length: 12 }, () => increment(id)))).flat();
    expect(values.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, n) => n + 1),
    );
  });

  it('sends large values in a transaction of their own', async () => {
    const large = 'x'.repeat(100_000);
    const rows = (
      await Promise.all(
        Array.from({ length: 4 }, () =>
          prisma.rowsShared<{ transaction: string; length: number }>(
            Prisma.sql`SELECT pg_current_xact_id()::text AS transaction, length(${large}::text) AS length`,
          ),
        ),
      )
    ).flat();
    expect(distinct(rows.map(({ transaction }) => transaction))).toBe(4);
    expect(rows.map(({ length }) => length)).toEqual(rows.map(() => large.length));
  });

  it('gives each request the rows of its own statement', async () => {
    const asked = Array.from({ length: 200 }, (_, n) => n);
    const answered = await Promise.all(
      asked.map((n) =>
        n % 3 === 0
          ? prisma.rowsShared<{ n: number }>(Prisma.sql`SELECT ${n}::int AS n, 'a' AS other`)
          : prisma.rowsShared<{ n: number }>(
              Prisma.sql`SELECT NULL AS other, ${n}::int AS n WHERE ${n % 3 === 1}`,
            ),
      ),
    );
    expect(answered.map((rows) => rows.map(({ n }) => n))).toEqual(
      asked.map((n) => (n % 3 === 2 ? [] : [n])),
    );
  });

  it('rolls back only the statement that failed', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, counter));
    const answers = await Promise.allSettled(
      ids.flatMap((id) => [
        increment(id),
        prisma.rowsShared(Prisma.sql`UPDATE public.counters SET value = 1 / 0 WHERE id = ${id}::uuid`),
      ]),
    );
    expect(answers.map(({ status }) => status)).toEqual(ids.flatMap(() => ['fulfilled', 'rejected']));
    const { rows } = await owner.query('SELECT value FROM public.counters WHERE id = ANY ($1)', [ids]);
    expect(rows).toEqual(ids.map(() => ({ value: 1 })));
  });

  it('answers no statement before the commit, and refuses all of a transaction that cannot be committed', async () => {
    const values = (n: number) => Array.from({ length: n }, () => randomUUID());
    const insert = (value: string) =>
      prisma.rowsShared<{ value: string }>(
        Prisma.sql`INSERT INTO public.checked_at_commit VALUES (${value}::uuid) RETURNING value`,
      );
    const asked = values(12);
    const repeated = asked.map((value, n) => (n < 6 ? value : (asked[0] as string)));
    const answers = await Promise.allSettled(repeated.map(insert));
    const answered = answers.flatMap((it) =>
      it.status === 'fulfilled' ? it.value.map(({ value }) => value) : [],
    );
    const { rows } = await owner.query<{ value: string }>('SELECT value FROM public.checked_at_commit');
    expect(rows.map(({ value }) => value).toSorted()).toEqual(answered.toSorted());
    const refused = answers.flatMap((it) => (it.status === 'rejected' ? [it.reason.code] : []));
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(new Set(refused)).toEqual(new Set(['23505']));
  });

  it('refuses only the statement with a value that cannot be sent', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const answers = await Promise.allSettled([
      prisma.rowsShared(Prisma.sql`SELECT 1 AS n`),
      prisma.rowsShared(Prisma.sql`SELECT ${circular}::jsonb AS n`),
      prisma.rowsShared(Prisma.sql`SELECT 2 AS n`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('prepares a statement again if the transaction failed before it', async () => {
    const failing = () => prisma.rowsShared(Prisma.sql`SELECT 1 / ${0}::int`);
    const fresh = (n: number) => prisma.rowsShared<{ n: number }>(Prisma.sql`SELECT ${n}::int + 1000 AS n`);
    const answers = await Promise.allSettled([failing(), failing(), fresh(1), fresh(2), fresh(3)]);
    expect(answers.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      ...Array(3).fill('fulfilled'),
    ]);
    expect(await fresh(4)).toEqual([{ n: 1004 }]);
  });

  it('runs a statement that waits for a row in a session of its own, and delays no other', async () => {
    const locked = await Promise.all(Array.from({ length: 6 }, counter));
    const free = await counter();
    await owner.query('BEGIN');
    await owner.query('SELECT FROM public.counters WHERE id = ANY ($1) FOR UPDATE', [locked]);
    const waiting = Promise.all(locked.map(increment));
    for (let n = 1; n <= 20; n += 1) expect(await increment(free)).toEqual([{ value: n }]);
    await owner.query('COMMIT');
    expect((await waiting).flat()).toEqual(locked.map(() => ({ value: 1 })));
  });

  it('lets the statements leave that wait for a batch that takes long', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, counter));
    let hasEnded = false;
    const slow = Promise.all([sessionOf(5), sessionOf(5)]).then(() => {
      hasEnded = true;
    });
    await waitFor(2);
    for (let n = 1; n <= 3; n += 1) {
      expect(await Promise.all(ids.map(increment))).toEqual(ids.map(() => [{ value: n }]));
    }
    expect(hasEnded).toBe(false);
    await slow;
  });

  it('runs a statement that takes long in a session of its own', async () => {
    expect(await sessionOf(1)).toHaveLength(1);
  });

  it('does not let a statement wait for many others that wait for rows', async () => {
    const locked = await Promise.all(Array.from({ length: 60 }, counter));
    const free = await counter();
    await owner.query('BEGIN');
    await owner.query('SELECT FROM public.counters WHERE id = ANY ($1) FOR UPDATE', [locked]);
    const asked = Promise.all(locked.slice(0, 30).map(increment));
    const others = Promise.all(Array.from({ length: 4 }, () => increment(free)));
    const more = Promise.all(locked.slice(30).map(increment));
    await others;
    await owner.query('COMMIT');
    await Promise.all([asked, more]);
    const { rows } = await owner.query('SELECT value FROM public.counters WHERE id = ANY ($1)', [locked]);
    expect(rows).toEqual(locked.map(() => ({ value: 1 })));
  });

  it('refuses a statement if its row stays locked for 10 s and no session is free', async () => {
    const locked = await Promise.all(Array.from({ length: 24 }, counter));
    await owner.query('BEGIN');
    await owner.query('SELECT FROM public.counters WHERE id = ANY ($1) FOR UPDATE', [locked]);
    const asked = locked.map(increment);
    // The pool has 20 sessions, so four statements find none.
    let refused = 0;
    await new Promise<void>((resolve) => {
      for (const answer of asked) {
        answer.catch(() => {
          refused += 1;
          if (refused === 4) resolve();
        });
      }
    });
    await owner.query('COMMIT');
    const outcomes = await Promise.allSettled(asked);
    const refusals = outcomes.filter((it) => it.status === 'rejected');
    expect(refusals.map((it) => it.reason)).toEqual(
      refusals.map(() => expect.objectContaining({ code: 'database-unavailable' })),
    );
    expect(refusals).toHaveLength(4);
    const { rows } = await owner.query(
      'SELECT sum(value)::int AS sum FROM public.counters WHERE id = ANY ($1)',
      [locked],
    );
    expect(rows).toEqual([{ sum: 20 }]);
  });

  it('uses more sessions if the statements take long for some time', async () => {
    let sessions = 0;
    for (let round = 0; round < 30 && sessions <= 8; round += 1) {
      const rows = (await Promise.all(Array.from({ length: 40 }, () => sessionOf(0.02)))).flat();
      sessions = distinct(rows.map(({ pid }) => pid));
    }
    expect(sessions).toBeGreaterThan(8);
  });

  it('connects again after its sessions have ended, and refuses the statements that were under way', async () => {
    const underWay = Promise.allSettled([sessionOf(30), sessionOf(30)]);
    await waitFor(2);
    await endSessions();
    const refused = expect.objectContaining({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'database-unavailable' }),
    });
    expect(await underWay).toEqual([refused, refused]);
    expect(await sessionOf()).toHaveLength(1);
  });

  it('survives the end of a session in the middle of a transaction', async () => {
    const transaction = prisma.inTransaction(async ({ rows }) => {
      await rows(Prisma.sql`SELECT pg_sleep(30)`);
    });
    const rejected = expect(transaction).rejects.toMatchObject({ code: 'database-unavailable' });
    await waitFor(1);
    await endSessions();
    await rejected;
  });

  it('does not connect without a server', async () => {
    const nowhere = PrismaService.over({ url: 'postgresql://unknown@127.0.0.1:1/none' });
    const asked = nowhere.rowsShared(Prisma.sql`SELECT 1`);
    await expect(asked).rejects.toMatchObject({
      code: 'database-unavailable',
      message: 'The database cannot be reached now. Nothing was done.',
    });
    await nowhere.onApplicationShutdown();
  });
});

/** Waits until so many sessions of the API sleep. */
async function waitFor(sleeping: number): Promise<void> {
  for (;;) {
    const { rows } = await owner.query<{ count: number }>(
      "SELECT count(*)::int FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND pid <> pg_backend_pid() AND locktype = 'virtualxid'",
    );
    if (rows[0]?.count === sleeping) return;
  }
}

/** Ends all sessions of the API, as a restart of Postgres does. */
async function endSessions(): Promise<void> {
  const superuser = new pg.Client(testSession(database.superuserUrl));
  await superuser.connect();
  await superuser.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename <> ALL ($1)',
    [[owner.user, superuser.user]],
  );
  await superuser.end();
}
