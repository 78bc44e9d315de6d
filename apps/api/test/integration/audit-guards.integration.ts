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
  it.each([
    ['without the actor', "'COORDINATOR', NULL, NULL, NULL, 'x', 'SUCCESS', NULL, 1"],
    ['of SYSTEM with the id of an actor', "'SYSTEM', public.uuid_v7(), 'x', NULL, 'x', 'SUCCESS', NULL, 1"],
    ['of a refusal without a reason', "'ANONYMOUS', NULL, NULL, NULL, 'x', 'DENIED', NULL, 1"],
    ['that stands for nothing', "'ANONYMOUS', NULL, NULL, NULL, 'x', 'DENIED', 'x', 0"],
  ])('write no record %s, also for a superuser', async (_, values) => {
    const write = `SELECT public.audit_write(actor_type::public.audit_actor_type, actor_id::uuid, actor_name, key_id::uuid, action,
        outcome::public.audit_outcome, reason, NULL, NULL, NULL, '{}', NULL, NULL, NULL, occurrences)
      FROM (VALUES (${values})) AS given (actor_type, actor_id, actor_name, key_id, action, outcome, reason, occurrences)`;
    await expect(database.superuser.query(write)).rejects.toMatchObject({
      code: 'AU002',
      message: expect.stringContaining('the record lacks its actor or its reason, or stands for nothing'),
    });
  });

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

  /** Rights that the API's login should not have, but may be given by mistake. */
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

describe('the guard of the log, in an erasure', () => {
  const ERASURE = 'source_ip = NULL, source_ip_salt = NULL, user_agent = NULL, user_agent_salt = NULL';
  const OWNER = 'SET LOCAL ROLE coordinator_registry_audit';
  /** As audit_erase sets it. */
  const MARK = `SELECT set_config('audit.erasing', transaction_timestamp()::text, true)`;
  const RECORD = `(SELECT id FROM public.audit_log WHERE user_agent IS NOT NULL AND source_ip IS NOT NULL LIMIT 1)`;

  beforeAll(async () => {
    await database.superuser.query(
      `WITH ctx AS MATERIALIZED (
         SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, '192.0.2.7', 'agent/1') AS ready)
       UPDATE public.workspaces SET name = 'renamed' FROM ctx WHERE ctx.ready`,
    );
  });

  const changed = (set: string) => `UPDATE public.audit_log SET ${set} WHERE id = ${RECORD}`;

  it('lets the owner of the log set personal values to null, and the record keeps the rest', async () => {
    await inTransaction(database.superuser, async (client) => {
      const REST = `SELECT id, (to_jsonb(record) - ARRAY['source_ip', 'source_ip_salt', 'user_agent', 'user_agent_salt']) AS rest,
        num_nonnulls(source_ip, source_ip_salt, user_agent, user_agent_salt) AS personal FROM public.audit_log AS record WHERE id = $1`;
      const { rows: ids } = await client.query<{ id: string }>(`SELECT ${RECORD} AS id`);
      const { rows: before } = await client.query<{ personal: number }>(REST, [ids[0]?.id]);
      expect(before[0]?.personal).toBe(4);
      await client.query(OWNER);
      await client.query(MARK);
      expect((await client.query(changed(ERASURE))).rowCount).toBe(1);
      expect((await client.query(REST, [ids[0]?.id])).rows).toEqual([{ ...before[0], personal: 0 }]);
    });
  });

  it.each(
    MODES.flatMap(([mode]) =>
      [
        ['another address', [OWNER, MARK], "source_ip = '192.0.2.8'"],
        ['no salt', [OWNER, MARK], 'source_ip_salt = NULL'],
        ['a part of the values', [OWNER, MARK], 'source_ip = NULL, source_ip_salt = NULL'],
        ['a commitment too', [OWNER, MARK], `${ERASURE}, source_ip_commitment = NULL`],
        ['another actor too', [OWNER, MARK], `${ERASURE}, actor_name = 'somebody else'`],
        ['another transaction number too', [OWNER, MARK], `${ERASURE}, xid = pg_current_xact_id()`],
        ['other changes too', [OWNER, MARK], `${ERASURE}, changes = '{}'`],
        ['null by a superuser', [MARK], ERASURE],
        ['null without the mark', [OWNER], ERASURE],
      ].map(([what, before, set]) => [mode, what, before, set] as [string, string, string[], string]),
    ),
  )('refuses in mode %s: %s', async (mode, _, before, set) => {
    await inTransaction(database.superuser, async (client) => {
      await client.query(`SET LOCAL session_replication_role = ${mode}`);
      for (const statement of before) await client.query(statement);
      await expect(client.query(changed(set))).rejects.toMatchObject({ code: 'AU002' });
    });
  });

  it('refuses a deletion under the mark of an erasure', async () => {
    await inTransaction(database.superuser, async (client) => {
      await client.query(OWNER);
      await client.query(MARK);
      await expect(client.query(`DELETE FROM public.audit_log WHERE id = ${RECORD}`)).rejects.toMatchObject({
        code: 'AU002',
      });
    });
  });

  it('takes the mark for its own transaction alone', async () => {
    const client = await database.superuser.connect();
    try {
      await client.query('SET ROLE coordinator_registry_audit');
      // For the whole session: the mark of one transaction is there in the next.
      await client.query(`SELECT set_config('audit.erasing', transaction_timestamp()::text, false)`);
      await expect(client.query(changed(ERASURE))).rejects.toMatchObject({ code: 'AU002' });
    } finally {
      client.release(true);
    }
  });
});
