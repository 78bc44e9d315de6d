import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Caller } from '../../src/common/access/caller.js';
import { type KeyFilter, searchStatement } from '../../src/coordinators/keys/key-search.statement.js';
import { sessionOf } from '../../src/database/connection.js';
import { type AuditDatabase, insertCoordinator, openAuditDatabase, operatorCaller } from './audit-fixture.js';
import { planOf, scansOf, totalRead } from './plan-fixture.js';

const KEYS = 50_000;
const LIMIT = 50;
const DAY_MS = 86_400_000;

let database: AuditDatabase;
let session: pg.Client;
let caller: Caller;

beforeAll(async () => {
  database = await openAuditDatabase();
  session = new pg.Client(sessionOf(database.connection));
  await session.connect();
  // The plan is the same for any permission.
  caller = { ...(await operatorCaller(database.api)), permission: null };
  await database.owner.query('ALTER TABLE public.coordinator_keys DISABLE TRIGGER USER');
  // New statistics between two runs could change a plan.
  await database.owner.query('ALTER TABLE public.coordinator_keys SET (autovacuum_enabled = off)');
  // Of a hundred keys one is revoked, one has expired, and one ends in three days. All were used.
  await database.owner.query(
    `INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, created_at, expires_at, revoked_at)
     SELECT $1, lpad(n::text, 16, '0'), 'a hash', now() - n * interval '1 minute',
       CASE n % 100 WHEN 2 THEN now() - interval '1 s' WHEN 3 THEN now() + interval '3 days' END,
       CASE n % 100 WHEN 1 THEN now() END
     FROM generate_series(1, $2::int) AS n`,
    [await insertCoordinator(database.api), KEYS],
  );
  await database.owner.query(
    'INSERT INTO public.coordinator_key_uses SELECT id, now() FROM public.coordinator_keys',
  );
  await database.owner.query('ANALYZE public.coordinator_keys, public.coordinator_key_uses');
}, 120_000);

afterAll(async () => {
  await session?.end();
  await database?.close();
});

describe('a page of GET /admin/keys', () => {
  const soon = new Date(Date.now() + 4 * DAY_MS);

  it.each<[string, KeyFilter, RegExp, number]>([
    ['no filter', {}, /_created_at_idx$/, LIMIT + 1],
    ['a kid', { kid: '0000000000000777' }, /_kid_key$/, 1],
    ['active keys', { state: 'ACTIVE' }, /_created_at_idx$/, 2 * LIMIT],
    ['revoked keys', { state: 'REVOKED' }, /_revoked_idx$/, LIMIT + 1],
    // Those that end are few. They are read whole and sorted.
    ['expired keys', { state: 'EXPIRED' }, /_expires_at_idx$|_created_at_idx$/, 2 * LIMIT * 100],
    ['keys that end soon', { expiringBefore: soon }, /_expires_at_idx$|_created_at_idx$/, 2 * LIMIT * 100],
  ])('reads by an index, and few more rows than it shows: %s', async (_, filter, index, most) => {
    const scans = scansOf(
      await planOf(session, searchStatement(caller, filter, { limit: LIMIT, after: undefined })),
      'coordinator_keys',
    );
    expect(scans.length).toBeGreaterThan(0);
    for (const { type, index: used } of scans) {
      expect(type).toMatch(/^(Index (Only )?|Bitmap Heap )Scan$/);
      if (used !== undefined) expect(used).toMatch(index);
    }
    expect(totalRead(scans)).toBeLessThanOrEqual(most);
  });
});
