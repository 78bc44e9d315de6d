import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  insertJob,
  insertKey,
  insertWorkspace,
  inTransaction,
  openAuditDatabase,
  partitionsOf,
} from './audit-fixture.js';

const STATE_TABLES = [
  'jobs',
  'coordinators',
  'coordinator_keys',
  'coordinator_workspaces',
  'operators',
  'workspaces',
  'workspace_repositories',
];

let database: AuditDatabase;
let workspace: string;
let coordinator: string;
let key: string;
let job: string;
let partitions: string[];

beforeAll(async () => {
  database = await openAuditDatabase();
  const { api } = database;
  workspace = await insertWorkspace(api);
  coordinator = await insertCoordinator(api);
  key = await insertKey(api, coordinator);
  job = await insertJob(api, workspace, coordinator);
  for (const change of [
    `INSERT INTO public.coordinator_workspaces SELECT '${coordinator}', '${workspace}' FROM ctx`,
    `INSERT INTO public.workspace_repositories SELECT 'acme/site', '${workspace}' FROM ctx`,
    `INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT 'somebody', 'OPERATOR', public.uuid_v7(), 'a-kid', 'a-secret-hash' FROM ctx`,
    `UPDATE public.jobs SET rev = 2, status = 'RUNNING', attempt = 1, started_at = now() FROM ctx WHERE ctx.ready`,
    `UPDATE public.jobs SET rev = 3, status = 'FAILED', ended_at = now() FROM ctx WHERE ctx.ready`,
  ]) {
    await api.query(`${AS_SYSTEM} ${change}`);
  }
  partitions = await partitionsOf(database);
});

afterAll(() => database?.close());

const MODES = [['origin'], ['replica']];

/** What a job that goes back to PENDING says of its run. */
const PREVIOUS = "previous_attempt = public.previous_attempt(jobs, 'lease-expired')";

describe.each(MODES)('a superuser with session_replication_role %s', (mode) => {
  async function expectRefused(statement: string, code: string): Promise<void> {
    await inTransaction(database.superuser, async (client) => {
      await client.query(`SET LOCAL session_replication_role = ${mode}`);
      await expect(client.query(statement)).rejects.toMatchObject({ code });
    });
  }

  it.each([
    ['jobs', `UPDATE public.jobs SET rev = rev + 1, status = 'PENDING', ${PREVIOUS}`],
    ['coordinators', "UPDATE public.coordinators SET name = 'x'"],
    ['coordinator_keys', 'UPDATE public.coordinator_keys SET revoked_at = now()'],
    ['coordinator_workspaces', 'DELETE FROM public.coordinator_workspaces'],
    ['operators', "UPDATE public.operators SET role = 'ADMIN'"],
    ['workspaces', "UPDATE public.workspaces SET name = 'x'"],
    ['workspace_repositories', 'DELETE FROM public.workspace_repositories'],
  ])('cannot change %s without a context', (_, statement) => expectRefused(statement, 'AU001'));

  it.each([['UPDATE public.job_attempts SET attempt = 2'], ['DELETE FROM public.job_attempts']])(
    'cannot rewrite attempts: %s',
    (statement) => expectRefused(statement, 'AU002'),
  );

  it('cannot change, delete or truncate the log or its partitions', async () => {
    for (const table of ['audit_log', ...partitions]) {
      await expectRefused(`TRUNCATE public.${table}`, 'AU002');
    }
    const { rows } = await database.superuser.query<{ name: string }>(
      'SELECT DISTINCT tableoid::regclass::text AS name FROM public.audit_log',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const table of ['audit_log', ...rows.map((it) => it.name)]) {
      await expectRefused(`UPDATE public.${table} SET reason = 'x'`, 'AU002');
      await expectRefused(`DELETE FROM public.${table}`, 'AU002');
    }
  });

  it.each([...STATE_TABLES, 'job_attempts'].map((it) => [it]))('cannot truncate %s', (table) =>
    expectRefused(`TRUNCATE public.${table} CASCADE`, 'AU002'),
  );
});

describe('audit functions', () => {
  it('serve only their own table, also for a superuser', async () => {
    for (const table of STATE_TABLES) {
      await inTransaction(database.superuser, async (client) => {
        await client.query(`CREATE TEMP TABLE ${table} (LIKE public.${table})`);
        await client.query(
          `CREATE TRIGGER borrowed AFTER INSERT ON pg_temp.${table} FOR EACH ROW EXECUTE FUNCTION public.audit_${table}()`,
        );
        const forged = `${AS_SYSTEM} INSERT INTO pg_temp.${table} SELECT t.* FROM public.${table} AS t, ctx WHERE ctx.ready`;
        await expect(client.query(forged)).rejects.toMatchObject({ code: 'AU002' });
      });
    }
  });

  /** What nobody should give the API's login, but somebody may. */
  it('ignore temporary tables and schemas of the search_path', async () => {
    await inTransaction(database.superuser, async (client) => {
      const login = new URL(database.connection.url).username;
      await client.query('CREATE SCHEMA shadow');
      await client.query(`GRANT ALL ON SCHEMA shadow TO ${login}`);
      await client.query(
        `DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO ${login}', current_database()); END $$`,
      );
      await client.query(`SET LOCAL ROLE ${login}`);
      await client.query('CREATE TEMP TABLE audit_log (LIKE public.audit_log)');
      await client.query('CREATE TEMP TABLE jobs (LIKE public.jobs)');
      await client.query('CREATE TEMP TABLE job_attempts (LIKE public.job_attempts)');
      await expect(
        client
          .query('SAVEPOINT attached')
          .then(() =>
            client.query(
              'CREATE TRIGGER mine AFTER INSERT ON pg_temp.jobs FOR EACH ROW EXECUTE FUNCTION public.audit_jobs()',
            ),
          ),
      ).rejects.toMatchObject({ code: '42501' });
      await client.query('ROLLBACK TO SAVEPOINT attached');
      await client.query('CREATE TABLE shadow.audit_log (LIKE public.audit_log)');
      await client.query(
        "CREATE FUNCTION shadow.statement_timestamp() RETURNS timestamptz LANGUAGE sql AS $$SELECT 'epoch'::timestamptz$$",
      );
      await client.query(
        "CREATE FUNCTION shadow.jsonb_each(jsonb, OUT key text, OUT value jsonb) RETURNS SETOF record LANGUAGE sql AS 'SELECT NULL::text, NULL::jsonb WHERE false'",
      );
      await client.query(
        "CREATE FUNCTION shadow.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
      );
      await client.query(
        'CREATE OPERATOR shadow.= (LEFTARG = text, RIGHTARG = text, FUNCTION = shadow.never)',
      );
      await client.query('SET LOCAL search_path = pg_temp, shadow, pg_catalog, public');
      await client.query(
        `${AS_SYSTEM} UPDATE public.jobs SET rev = rev + 1, status = 'PENDING', retried = true, ${PREVIOUS} FROM ctx WHERE ctx.ready AND id = $1`,
        [job],
      );
      const { rows } = await client.query(
        `SELECT action, rev, changes FROM public.audit_log WHERE resource_id OPERATOR(pg_catalog.=) $1::uuid ORDER BY rev DESC LIMIT 1`,
        [job],
      );
      expect(rows).toEqual([
        { action: 'job.retried', rev: 4, changes: { status: { from: 'FAILED', to: 'PENDING' } } },
      ]);
    });
  });

  it('write the same record under any format setting of the session', async () => {
    await inTransaction(database.api, async (client) => {
      await client.query(
        "SET LOCAL extra_float_digits = -15; SET LOCAL timezone = 'Asia/Tokyo'; SET LOCAL datestyle = 'German'",
      );
      await client.query(
        `${AS_SYSTEM} UPDATE public.coordinator_keys SET rotated_at = '2026-01-02T03:04:05Z' FROM ctx WHERE ctx.ready AND id = $1`,
        [key],
      );
      await client.query(
        `${AS_SYSTEM} UPDATE public.jobs SET rev = 4, status = 'PENDING', ${PREVIOUS} FROM ctx WHERE ctx.ready AND id = $1`,
        [job],
      );
      await client.query(
        `${AS_SYSTEM} UPDATE public.jobs SET rev = 5, status = 'RUNNING', attempt = 2, progress_percent = 12.300000000000002 FROM ctx WHERE ctx.ready AND id = $1`,
        [job],
      );
      const { rows } = await client.query<{ changes: Record<string, unknown> }>(
        'SELECT changes FROM public.audit_log WHERE resource_id = ANY ($1) ORDER BY id DESC LIMIT 3',
        [[key, job]],
      );
      expect(rows[0]?.changes).toMatchObject({ progressPercent: { from: 0, to: 12.300000000000002 } });
      expect(rows[2]?.changes).toEqual({ rotatedAt: { from: null, to: '2026-01-02T03:04:05+00:00' } });
    });
  });
});

it('an erasure mark allows deletions only in its own transaction', async () => {
  const deletion = `DELETE FROM public.audit_personal_values WHERE record_id = (
    SELECT record_id FROM public.audit_personal_values LIMIT 1)`;
  await database.superuser.query(
    `INSERT INTO public.audit_personal_values (record_id, source_ip, source_ip_salt)
     SELECT id, '192.0.2.7', uuid_send(gen_random_uuid()) FROM public.audit_log LIMIT 1 ON CONFLICT DO NOTHING`,
  );
  const client = await database.superuser.connect();
  try {
    // As audit_erase sets it, but for the whole session: the mark of one transaction is there in the next.
    await client.query(`SELECT set_config('audit.erasing', transaction_timestamp()::text, false)`);
    await expect(client.query(deletion)).rejects.toMatchObject({ code: 'AU002' });
    await client.query('BEGIN');
    await client.query(`SELECT set_config('audit.erasing', transaction_timestamp()::text, true)`);
    expect((await client.query(deletion)).rowCount).toBe(1);
    await client.query('ROLLBACK');
    await client.query(`SELECT set_config('audit.erasing', '', false)`);
  } finally {
    client.release();
  }
});
