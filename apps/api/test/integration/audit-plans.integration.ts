import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Registry } from 'prom-client';
import type { AuditFilter } from '../../src/audit-log/audit-filter.js';
import { treeStatement, unsealedStatement } from '../../src/audit-log/export/audit-exports.repository.js';
import { FeedRepository } from '../../src/audit-log/feed/feed.repository.js';
import { batchStatement, boundsStatement, NEWEST } from '../../src/audit-log/feed/feed.statement.js';
import { AuditLogRepository } from '../../src/audit-log/reading/audit-log.repository.js';
import { pageStatement } from '../../src/audit-log/reading/audit-log.statement.js';
import { UNSEALED } from '../../src/audit-log/sealing/sealing.repository.js';
import type { AuditRecord } from '../../src/audit-proof/audit-record.js';
import type { Caller } from '../../src/common/access/caller.js';
import { type Cursor, decodeCursor } from '../../src/common/pagination/cursor.js';
import type { Page } from '../../src/common/pagination/page.js';
import { sessionOf } from '../../src/database/connection.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { StandbyReads } from '../../src/database/standby-reads.js';
import { expectDocumented } from '../support/documented-sql.js';
import { eventually } from '../support/server-process.js';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  openAuditDatabase,
  operatorCaller,
  partitionsOf,
} from './audit-fixture.js';
import { blocksRead, type PlanNode, planOf, scansOf, totalRead } from './plan-fixture.js';

const RECORDS = 40_000;
/** partitions of a new database: this month and three ahead */
const MONTHS = 4;
const DAY_MS = 86_400_000;
const workspaces = Array.from({ length: 8 }, () => randomUUID());
const actors = Array.from({ length: 6 }, () => randomUUID());
const keys = Array.from({ length: 12 }, () => randomUUID());
/** of the first key */
const KID = '0A1b2C3d4E5f6G7h';
const EARLY_ACTOR = randomUUID();
const RESOURCE = randomUUID();
const start = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth()));

let database: AuditDatabase;
let session: pg.Client;
let unlimited: Caller;
let limited: Caller;

const logThrough = (prisma: PrismaService) =>
  new AuditLogRepository(new StandbyReads(database.connection, prisma, new Registry()));

beforeAll(async () => {
  database = await openAuditDatabase();
  session = new pg.Client(sessionOf(database.connection));
  await session.connect();
  unlimited = await operatorCaller(database.api);
  limited = await operatorCaller(database.api, workspaces.slice(0, 3));
  await database.api.query(
    `${AS_SYSTEM} INSERT INTO public.coordinator_keys (id, coordinator_id, kid, secret_hash) SELECT $1, $2, $3, 'a hash' FROM ctx`,
    [keys[0], await insertCoordinator(database.api), KID],
  );
  // New statistics between two runs could change a plan.
  for (const partition of await partitionsOf(database)) {
    await database.superuser.query(`ALTER TABLE public.${partition} SET (autovacuum_enabled = off)`);
  }
  // As a long log would be, over all the partitions there are; only a superuser can write one by hand.
  await database.superuser.query(
    `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason,
       workspace_id, resource_type, resource_id, request_id, source_ip, source_ip_salt)
     SELECT public.uuid_v7(made.at), date_trunc('milliseconds', made.at), 'COORDINATOR',
       CASE WHEN n < 500 THEN $5 ELSE ($2::uuid[])[1 + n % 6] END, 'somebody', ($3::uuid[])[1 + n % 12],
       CASE n % 5 WHEN 0 THEN 'job.created' WHEN 1 THEN 'job.started' ELSE 'job.progressed' END,
       CASE WHEN n % 50 = 0 THEN 'DENIED' ELSE 'SUCCESS' END::public.audit_outcome, CASE WHEN n % 50 = 0 THEN 'test' END,
       ($1::uuid[])[1 + n % 8], 'job', CASE WHEN n % 4000 = 0 THEN $6 ELSE md5((n / 10)::text)::uuid END, 'request-' || n,
       '192.0.2.7', uuid_send(gen_random_uuid())
     FROM generate_series(1, $4::int) AS n,
       LATERAL (SELECT $7::timestamptz + n * interval '4 minutes' AS at) AS made`,
    [workspaces, actors, keys, RECORDS, EARLY_ACTOR, RESOURCE, start],
  );
  await database.superuser.query(
    `INSERT INTO public.audit_leaves (leaf_index, record_id, hash)
     SELECT row_number() OVER (ORDER BY id) - 1, id, sha256(uuid_send(id)) FROM public.audit_log`,
  );
  // Transactions are numbered for the whole cluster: a long one of another test would place the checkpoint before the records.
  await eventually(async () => {
    const { rows } = await database.superuser.query<{ all: boolean }>(
      `SELECT pg_snapshot_xmin(pg_current_snapshot()) > (SELECT xid FROM public.audit_log ORDER BY xid DESC LIMIT 1) AS "all"`,
    );
    return rows[0]?.all === true;
  }, 'no transaction is older than the records');
  await database.superuser.query(
    `INSERT INTO public.audit_checkpoints (seq, size, sealed_at, note, frontier, sealed_to)
     VALUES (0, $1, now(), 'a note', 'an edge', pg_current_snapshot())`,
    [RECORDS],
  );
  await database.superuser.query('ANALYZE public.audit_log, public.audit_leaves, public.audit_checkpoints');
}, 180_000);

afterAll(async () => {
  await session?.end();
  await database?.close();
});

function plan(caller: Caller, filter: AuditFilter, limit = 100): Promise<PlanNode[]> {
  return planOf(session, pageStatement(caller, filter, { limit, after: undefined }));
}

/** A resource of few records may be read whole and sorted, which is as good. */
function expectReadBackwards(scans: ReturnType<typeof scansOf>, index: RegExp, few = false): void {
  expect(scans.length).toBeGreaterThan(0);
  for (const scan of scans) {
    const type = few ? /^(Index (Only )?|Bitmap Heap )Scan$/ : /^Index (Only )?Scan$/;
    expect(scan).toMatchObject({ type: expect.stringMatching(type) });
    if (scan.type.startsWith('Bitmap')) continue;
    expect(scan.direction).toBe('Backward');
    expect(scan.index).toMatch(index);
  }
}

/** How many records were looked at for what no index serves; and those of the page, which are measured. */
function sieved(plan: PlanNode[]): number {
  return plan
    .filter((it) => it['Node Type'] === 'WindowAgg')
    .reduce((sum, it) => sum + it['Actual Rows'] * it['Actual Loops'], 0);
}

const [workspaceId, actorId, keyId] = [workspaces[0], actors[0], keys[0]];
const INDEXED: [AuditFilter, RegExp][] = [
  [{}, /_\d\d_pkey$/],
  [{ workspaceId }, /_\d\d_workspace_id_occurred_at_id_idx$/],
  [{ actorId }, /_\d\d_actor_id_occurred_at_id_idx$/],
  [{ keyId }, /_\d\d_key_id_occurred_at_id_idx$/],
  [{ kid: KID }, /_\d\d_key_id_occurred_at_id_idx$/],
  [{ requestId: 'request-77' }, /_\d\d_request_id_occurred_at_id_idx$/],
  [{ action: ['job.started'] }, /_\d\d_action_occurred_at_id_idx$/],
  [{ outcome: 'DENIED' }, /_\d\d_outcome_occurred_at_id_idx$/],
  [{ workspaceId, actorId }, /_\d\d_workspace_id_actor_id_occurred_at_id_idx$/],
  [{ action: ['job.started', 'job.failed'] }, /_\d\d_action_occurred_at_id_idx$/],
  [{ workspaceId, action: ['job.started'] }, /_\d\d_workspace_id_action_occurred_at_id_idx$/],
  [{ actorId, action: ['job.started'] }, /_\d\d_actor_id_action_occurred_at_id_idx$/],
];

describe('a page of the audit log', () => {
  it.each(INDEXED)(
    'reads the index of %j backwards, and only the rows of the page',
    async (filter, index) => {
      const scans = scansOf(await plan(unlimited, filter));
      expectReadBackwards(scans, index);
      // The order of ids says nothing about the months: without a filter, the first record of each month is read, too.
      expect(totalRead(scans)).toBeLessThanOrEqual(101 + (Object.keys(filter).length === 0 ? MONTHS : 0));
    },
  );

  it.each(INDEXED)('reads no more of %j between two times, and after a cursor', async (filter) => {
    const [from, to] = [new Date(start.getTime() + 10 * DAY_MS), new Date(start.getTime() + 50 * DAY_MS)];
    const { rows } = await database.superuser.query<{ id: string; t: Date }>(
      'SELECT id, occurred_at AS t FROM public.audit_log WHERE occurred_at < $1 ORDER BY id DESC LIMIT 1',
      [new Date(start.getTime() + 40 * DAY_MS)],
    );
    const after = { id: rows[0]?.id ?? '', t: rows[0]?.t.toISOString() ?? '' };
    const page = await planOf(
      session,
      pageStatement(unlimited, { ...filter, from, to }, { limit: 100, after }),
    );
    expect(totalRead(scansOf(page))).toBeLessThanOrEqual(101 + MONTHS);
  });

  it('uses one generic plan per statement and session', async () => {
    const prisma = PrismaService.over(database.connection, 1);
    const log = logThrough(prisma);
    for (const actorId of actors) await log.list(unlimited, { actorId }, { limit: 10, after: undefined });
    const plans = await prisma.$queryRaw`
      SELECT generic_plans::int AS once, custom_plans::int AS anew FROM pg_prepared_statements WHERE statement LIKE '%audit_log%'`;
    expect(plans).toContainEqual({ once: actors.length, anew: 0 });
    await prisma.onApplicationShutdown();
  });

  it('reads a resource through its index', async () => {
    const scans = scansOf(await plan(unlimited, { resourceId: RESOURCE }));
    expectReadBackwards(scans, /_\d\d_resource_id_occurred_at_id_idx$/, true);
    expect(totalRead(scans)).toBeLessThanOrEqual(20);
  });

  it('reads an unevenly spread actor through its index', async () => {
    const scans = scansOf(await plan(unlimited, { actorId: EARLY_ACTOR }));
    expectReadBackwards(scans, /_\d\d_actor_id_occurred_at_id_idx$/, true);
    expect(totalRead(scans)).toBeLessThanOrEqual(101);
  });

  it('excludes the partitions outside from and to', async () => {
    const to = new Date(start.getTime() + 20 * DAY_MS);
    const scanned = (await plan(unlimited, { actorId, from: start, to }))
      .map((it) => it['Relation Name'])
      .filter((it) => it?.startsWith('audit_log'));
    expect(new Set(scanned).size).toBe(1);
  });

  it.each([
    { actorId, outcome: 'DENIED' },
    { workspaceId, actorId, action: ['job.created'] },
    { action: ['job.progressed'], outcome: 'DENIED' },
    { outcome: 'SUCCESS', keyId },
  ] satisfies AuditFilter[])('limits the rows that it filters for %j', async (filter) => {
    expect(sieved(await plan(unlimited, filter))).toBeLessThanOrEqual(10_000 + 101);
  });
});

describe('docs/sql', () => {
  it('has the statements of pages of the log as they are sent, and their plans', async () => {
    const prisma = PrismaService.over(database.connection, 1);
    try {
      const log = logThrough(prisma);
      const list = (filter: AuditFilter) => () =>
        log.list(unlimited, filter, { limit: 100, after: undefined });
      await expectDocumented(prisma, 'audit-page', list({}));
      await expectDocumented(prisma, 'audit-page-of-actor', list({ actorId }));
      await expectDocumented(
        prisma,
        'audit-page-of-workspace-and-action',
        list({ workspaceId, action: ['job.started'] }),
      );
      await expectDocumented(prisma, 'audit-page-of-key-and-outcome', list({ keyId, outcome: 'DENIED' }));
      const feed = new FeedRepository(prisma, prisma);
      await expectDocumented(prisma, 'audit-feed', async () => {
        await feed.bounds(unlimited, {});
        await feed.newest();
        await feed.batch(unlimited, {}, { after: RECORDS / 2, scanned: 200 });
      });
    } finally {
      await prisma.onApplicationShutdown();
    }
  });
});

describe('a page for an operator limited to three workspaces', () => {
  it.each([
    [{}, /_\d\d_workspace_id_occurred_at_id_idx$/],
    [{ actorId }, /_\d\d_workspace_id_actor_id_occurred_at_id_idx$/],
    [{ action: ['job.started'] }, /_\d\d_workspace_id_action_occurred_at_id_idx$/],
    [{ workspaceId }, /_\d\d_workspace_id_occurred_at_id_idx$/],
    [{ workspaceId, actorId }, /_\d\d_workspace_id_actor_id_occurred_at_id_idx$/],
  ] satisfies [AuditFilter, RegExp][])(
    'merges one index scan per workspace for %j',
    async (filter, index) => {
      const scans = scansOf(await plan(limited, filter));
      expectReadBackwards(scans, index);
      expect(totalRead(scans)).toBeLessThanOrEqual(3 * 101);
    },
  );

  it.each([{ outcome: 'SUCCESS' }, { keyId }, { requestId: 'request-77' }] satisfies AuditFilter[])(
    'limits the rows that it filters for %j',
    async (filter) => {
      expect(sieved(await plan(limited, filter))).toBeLessThanOrEqual(10_000 + 101);
    },
  );

  it('reads nothing of another workspace', async () => {
    expect(totalRead(scansOf(await plan(limited, { workspaceId: workspaces[7] })))).toBe(0);
  });
});

describe('a page of the full export', () => {
  it.each([
    ['the first', 0],
    ['one in the middle', RECORDS / 2],
  ])('%s reads each record by its leaf', async (_, next) => {
    const page = await planOf(session, treeStatement(unlimited, next, 1_000));
    const [records, leaves] = [scansOf(page), scansOf(page, 'audit_leaves')];
    expect(leaves).toEqual([
      { type: 'Index Scan', index: 'audit_leaves_pkey', direction: 'Forward', read: 1_000 },
    ]);
    for (const scan of records) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
    expect(totalRead(records)).toBe(1_000);
  });

  it('the first unsealed page finds records by their transaction', async () => {
    const { rows } = await database.superuser.query<{ floor: string; snapshot: string }>(
      `SELECT pg_snapshot_xmin(sealed_to)::text AS floor, pg_current_snapshot()::text AS snapshot FROM public.audit_checkpoints`,
    );
    const { floor = '', snapshot = '' } = rows[0] ?? {};
    const page = await planOf(
      session,
      unsealedStatement(
        unlimited,
        { leaves: RECORDS, floor, snapshot },
        { xid: floor, id: '00000000-0000-0000-0000-000000000000', limit: 1_000 },
      ),
    );
    expect(scansOf(page).length).toBeGreaterThan(0);
    for (const scan of scansOf(page)) expect(scan.type).toMatch(/^(Index|Bitmap Heap) Scan$/);
    // The operators of this test are not sealed.
    expect(totalRead(scansOf(page))).toBeLessThan(10);
    expect(blocksRead(page)).toBeLessThan(60);
  });
});

describe('a batch of a feed', () => {
  it.each([
    ['without a filter', {}],
    ['with a filter', { action: ['job.created'], actorId } as const],
    ['of a key', { kid: KID }],
    ['from a time on', { from: start }],
  ])('%s reads each record by its leaf', async (_, filter: AuditFilter) => {
    for (const [caller, after] of [
      [unlimited, -1],
      [limited, RECORDS / 2],
    ] as const) {
      const batch = await planOf(session, batchStatement(caller, filter, { after, scanned: 1_000 }));
      expect(scansOf(batch, 'audit_leaves')).toEqual([
        { type: 'Index Scan', index: 'audit_leaves_pkey', direction: 'Forward', read: 1_000 },
      ]);
      for (const scan of scansOf(batch)) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
      expect(totalRead(scansOf(batch))).toBe(1_000);
    }
  });

  it('the positions of the oldest and the newest record are read at the ends of the indexes', async () => {
    const bounds = await planOf(session, boundsStatement(unlimited, {}));
    expect(totalRead(scansOf(bounds))).toBeLessThanOrEqual(100 + MONTHS);
    expect(blocksRead(bounds)).toBeLessThan(1_000);
    const newest = await planOf(session, NEWEST);
    expect(scansOf(newest, 'audit_leaves')).toMatchObject([{ index: 'audit_leaves_pkey', read: 1 }]);
  });
});

describe('reading for the sealer', () => {
  it.each([
    ['from the beginning', '0', '00000000-0000-0000-0000-000000000000'],
    ['in the middle of a backlog', '3', '0198c8a0-0000-7000-8000-000000000000'],
  ])('reads no sealed record (%s)', async (_, reachedXid, reachedId) => {
    const { rows } = await database.superuser.query<{ sealed: string; now: string }>(
      'SELECT sealed_to::text AS sealed, pg_current_snapshot()::text AS now FROM public.audit_checkpoints',
    );
    const values = [
      rows[0]?.sealed,
      rows[0]?.now,
      reachedXid,
      reachedId,
      1_000,
      '00000000-0000-0000-0000-000000000000',
      4_194_304,
    ];
    const found = await planOf(session, { text: UNSEALED, values });
    for (const scan of scansOf(found))
      expect(scan).toMatchObject({ index: expect.stringMatching(/_xid_id_idx$/) });
    expect(totalRead(scansOf(found))).toBeLessThan(10);
    // Of each partition the way from the root of the index to its leaf.
    expect(blocksRead(found)).toBeLessThan(60);
  });
});

describe('walking pages that read a limited number of rows', () => {
  async function walk(caller: Caller, filter: AuditFilter, limit: number) {
    const log = logThrough(database.prisma);
    const pages: Page<AuditRecord>[] = [];
    let after: Cursor | undefined;
    do {
      const page = await log.list(caller, filter, { limit, after });
      pages.push(page);
      after = page.nextCursor === null ? undefined : decodeCursor(page.nextCursor);
    } while (after !== undefined);
    return { pages: pages.length, ids: pages.flatMap((it) => it.items.map(({ id }) => id)) };
  }

  async function expected(condition: string, values: unknown[]): Promise<string[]> {
    const { rows } = await database.superuser.query<{ id: string }>(
      `SELECT id FROM public.audit_log WHERE ${condition} ORDER BY occurred_at DESC, id DESC`,
      values,
    );
    return rows.map((it) => it.id);
  }

  it('continues after empty pages', async () => {
    // 24,000 records of this action, none of which was refused
    const { pages, ids } = await walk(unlimited, { action: ['job.progressed'], outcome: 'DENIED' }, 50);
    expect([pages, ids]).toEqual([3, []]);
  });

  it('returns each record once', async () => {
    const found = await walk(
      unlimited,
      { outcome: 'SUCCESS', action: ['job.progressed'], workspaceId, actorId },
      7,
    );
    expect(found.ids.length).toBeGreaterThan(100);
    expect(found.ids).toEqual(
      await expected(
        "action = 'job.progressed' AND workspace_id = $1 AND actor_id = $2 AND outcome = 'SUCCESS'",
        [workspaceId, actorId],
      ),
    );
  });

  it('returns each record once over three workspaces', async () => {
    const found = await walk(limited, { outcome: 'DENIED' }, 20);
    expect(found.ids.length).toBeGreaterThan(100);
    expect(found.ids).toEqual(
      await expected("outcome = 'DENIED' AND workspace_id = ANY ($1)", [workspaces.slice(0, 3)]),
    );
  });

  it('returns each record once to an operator with very many workspaces', async () => {
    const many = [...Array.from({ length: 60 }, () => randomUUID()), ...workspaces.slice(5)];
    const caller = await operatorCaller(database.api, many);
    const found = await walk(caller, { action: ['job.started'] }, 200);
    expect(found.ids).toEqual(
      await expected("action = 'job.started' AND workspace_id = ANY ($1)", [workspaces.slice(5)]),
    );
  });
});
