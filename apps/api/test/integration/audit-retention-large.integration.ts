import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { PartitionKeeper } from '../../src/audit-log/retention/partition-keeper.js';
import { PartitionsRepository } from '../../src/audit-log/retention/partitions.repository.js';
import { DatabaseSessions } from '../../src/database/database-sessions.js';
import { type AuditDatabase, openAuditDatabase, partitionsOf } from './audit-fixture.js';

/** More than two parts of what `audit_retain_count` counts at once. */
const RECORDS = 400_001;
const now = new Date();
const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2));
const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1));
const partition = `audit_log_${month.toISOString().slice(0, 7).replace('-', '_')}`;

let database: AuditDatabase;
let maintenance: DatabaseSessions;
let partitions: PartitionsRepository;

beforeAll(async () => {
  database = await openAuditDatabase();
  maintenance = DatabaseSessions.maintaining(database.connection);
  partitions = new PartitionsRepository(maintenance);
  const client = await database.superuser.connect();
  try {
    await client.query('SET ROLE coordinator_registry_audit');
    await client.query('SELECT public.audit_ensure_partition($1, $2, $3)', [
      partition.replace('audit_log', ''),
      month.toISOString(),
      next.toISOString(),
    ]);
    await client.query('RESET ROLE');
    // An autovacuum holds a lock that postpones the drop by an hour.
    await client.query(`ALTER TABLE public.${partition} SET (autovacuum_enabled = false)`);
    // Retention reads none of these indexes, and to write them takes most of the time.
    const { rows } = await client.query<{ name: string }>(
      `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'public.audit_log'::regclass AND NOT indisprimary`,
    );
    for (const { name } of rows) await client.query(`DROP INDEX public.${name}`);
    await client.query(
      `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome)
       SELECT public.uuid_v7(made.at), made.at, 'SYSTEM', 'test', 'job.progressed', 'SUCCESS'
       FROM generate_series(1, $1::int) AS n, LATERAL (SELECT $2::timestamptz + n * interval '1 second' AS at) AS made`,
      [RECORDS, month],
    );
    await client.query(
      `INSERT INTO public.audit_leaves (leaf_index, record_id, hash)
       SELECT row_number() OVER (ORDER BY id) - 1, id, sha256(uuid_send(id)) FROM public.${partition}`,
    );
  } finally {
    client.release();
  }
  await database.owner.query('INSERT INTO public.audit_retention (months) VALUES (1)');
}, 300_000);

afterAll(async () => {
  await maintenance?.onApplicationShutdown();
  await database?.close();
});

it('a month in several parts is not dropped before every part is counted', async () => {
  expect(await partitions.count()).toBe(true);
  // It counts a part itself, the second, and there is a third.
  expect(await partitions.drop()).toBeUndefined();
  expect(await partitionsOf(database)).toContain(partition);
  const { rows } = await database.superuser.query('SELECT * FROM public.audit_retention_progress');
  expect(rows).toEqual([expect.objectContaining({ records: '400000' })]);
});

it('the API login cannot write the progress of the count', async () => {
  for (const statement of [
    'UPDATE public.audit_retention_progress SET records = 1',
    'DELETE FROM public.audit_retention_progress',
    "INSERT INTO public.audit_retention_progress VALUES ('2020_01', '00000000-0000-0000-0000-000000000000', 1)",
  ]) {
    await expect(database.api.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
});

it('a month is kept if a record is missing from its last part', async () => {
  const superuser = await database.superuser.connect();
  try {
    await superuser.query('ALTER TABLE public.audit_log DISABLE TRIGGER ALL');
    await superuser.query(`ALTER TABLE public.${partition} DISABLE TRIGGER ALL`);
    const { rows } = await superuser.query<{ line: string; occurred_at: Date; id: string }>(
      `DELETE FROM public.${partition} WHERE id = (SELECT id FROM public.${partition} ORDER BY id DESC LIMIT 1)
       RETURNING id, occurred_at`,
    );
    await expect(partitions.drop()).rejects.toMatchObject({ code: 'AU004' });
    await superuser.query(
      `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome)
       VALUES ($1, $2, 'SYSTEM', 'test', 'job.progressed', 'SUCCESS')`,
      [rows[0]?.id, rows[0]?.occurred_at],
    );
  } finally {
    superuser.release();
  }
});

it('PartitionKeeper counts and drops a month in its own sessions, and records the number', async () => {
  const keeper = new PartitionKeeper(partitions, new Registry());
  await keeper.onApplicationBootstrap();
  await keeper.keep();
  expect(await partitionsOf(database)).not.toContain(partition);
  const { rows } = await database.api.query(
    `SELECT changes -> 'records' -> 'from' AS records FROM public.audit_log WHERE action = 'audit.retained'`,
  );
  expect(rows).toEqual([{ records: RECORDS }]);
  const sessions = await database.api.query<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%audit_retain%'
     AND pid <> pg_backend_pid()`,
  );
  expect(sessions.rows).toEqual([{ name: 'coordinator-registry-maintenance' }]);
  await keeper.onModuleDestroy();
});
