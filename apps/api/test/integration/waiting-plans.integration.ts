import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Caller } from '../../src/common/access/caller.js';
import { sessionOf } from '../../src/database/connection.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { ChangesRepository } from '../../src/jobs/waiting/changes.repository.js';
import { changesStatement } from '../../src/jobs/waiting/changes.statement.js';
import { Watched } from '../../src/jobs/waiting/watched.js';
import { expectDocumented } from '../support/documented-sql.js';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  insertId,
  insertWorkspace,
  openAuditDatabase,
  operatorCaller,
} from './audit-fixture.js';
import { planOf, scansOf, totalRead } from './plan-fixture.js';

const JOBS = 50_000;
const WAITING = 400;
const REPEAT = { route: 'claim', key: 'key' };
const ANY = { workspaceIds: null, types: null };

let database: AuditDatabase;
let session: pg.Client;
let caller: Caller;
/** PENDING, of rev 1, with the best one first */
let jobIds: string[];

beforeAll(async () => {
  database = await openAuditDatabase();
  session = new pg.Client(sessionOf(database.connection));
  await session.connect();
  const workspaceId = await insertWorkspace(database.api);
  caller = await coordinatorOf(workspaceId);
  await database.owner.query('ALTER TABLE public.jobs DISABLE TRIGGER USER');
  // New statistics between two runs could change a plan.
  await database.owner.query('ALTER TABLE public.jobs SET (autovacuum_enabled = off)');
  await database.owner.query(
    `INSERT INTO public.jobs (workspace_id, type, origin, created_by)
     SELECT $1, 'type ' || n % 4, 'API', $2 FROM generate_series(1, $3::int) AS n`,
    [workspaceId, caller.id, JOBS],
  );
  await database.owner.query('ANALYZE public.jobs, public.workspaces, public.coordinator_workspaces');
  const { rows } = await database.owner.query<{ id: string }>(
    'SELECT id FROM public.jobs ORDER BY id LIMIT $1',
    [WAITING],
  );
  jobIds = rows.map(({ id }) => id);
});

afterAll(async () => {
  await session?.end();
  await database?.close();
});

async function coordinatorOf(workspaceId: string): Promise<Caller> {
  const id = await insertCoordinator(database.api);
  const kid = randomUUID();
  const keyId = await insertId(
    database.api,
    `INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash) SELECT $1, $2, 'a-secret-hash' FROM ctx`,
    [id, kid],
  );
  await database.api.query(
    `${AS_SYSTEM} INSERT INTO public.coordinator_workspaces (coordinator_id, workspace_id) SELECT $1, $2 FROM ctx`,
    [id, workspaceId],
  );
  const { name: _, ...operator } = await operatorCaller(database.api);
  return { ...operator, kind: 'coordinator', id, keyId, kid, name: id, permission: 'jobs:write' };
}

describe('the look for what requests wait for', () => {
  it.each<[string, (watched: Watched, n: number) => void, number]>([
    ['reads', (it, n) => it.read(caller, jobIds[n] ?? '', 1), 1],
    ['claims of any type', (it) => it.claim(caller, ANY), 1],
    ['claims of types', (it) => it.claim(caller, { ...ANY, types: ['type 1', 'none'] }), 1],
    ['claims of a type that no job has', (it) => it.claim(caller, { ...ANY, types: ['none'] }), 0],
  ])('reads at most one job for each of %s, by an index', async (_, watch, each) => {
    const watched = new Watched();
    for (let n = 0; n < WAITING; n += 1) watch(watched, n);
    const scans = scansOf(await planOf(session, changesStatement(watched)), 'jobs');
    for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
    expect(Math.round(totalRead(scans))).toBe(each * WAITING);
  });

  it('returns what would be answered otherwise now', async () => {
    const [first = '', second = ''] = jobIds;
    const stranger = await coordinatorOf(await insertWorkspace(database.api));
    const unknown = { ...caller, kid: 'unknown' };
    const watched = new Watched();
    watched.read(caller, first, 1);
    watched.read(caller, second, 2);
    watched.read(stranger, first, 1);
    watched.read(unknown, first, 1);
    watched.claim(caller, ANY);
    watched.claim(caller, { ...ANY, types: ['none'] });
    watched.claim(stranger, ANY);
    watched.claim(unknown, ANY);
    watched.claim(caller, { ...ANY, workspaceIds: [randomUUID()] });
    watched.repeat(caller, REPEAT);
    const remember = (route: string) =>
      database.owner.query(
        `INSERT INTO public.idempotency_keys (coordinator_id, route, key, request_digest, job_id) VALUES ($1, $2, $3, '', $4)`,
        [caller.id, route, REPEAT.key, first],
      );
    await remember('create');
    const changes = new ChangesRepository(database.prisma);
    expect(await changes.among(watched)).toEqual({
      reads: [1, 2, 3],
      claims: [
        { at: 0, jobId: first },
        { at: 3, jobId: null },
        { at: 4, jobId: null },
      ],
      repeats: [],
    });
    await remember(REPEAT.route);
    expect((await changes.among(watched)).repeats).toEqual([0]);
    await database.owner.query(`UPDATE public.idempotency_keys SET created_at = now() - interval '25 hours'`);
    expect((await changes.among(watched)).repeats).toEqual([]);
  });

  it('is in docs/sql as it is sent, with its plan', async () => {
    const prisma = PrismaService.over(database.connection, 1);
    try {
      const changes = new ChangesRepository(prisma);
      await expectDocumented(prisma, 'job-changes', () => changes.among(new Watched()));
    } finally {
      await prisma.onApplicationShutdown();
    }
  });
});
