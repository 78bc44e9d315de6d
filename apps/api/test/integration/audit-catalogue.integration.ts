import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuditDatabase, inTransaction, openAuditDatabase, partitionsOf } from './audit-fixture.js';

let database: AuditDatabase;
let partitions: string[];

beforeAll(async () => {
  database = await openAuditDatabase();
  partitions = await partitionsOf(database);
});

afterAll(() => database?.close());

describe('privileges of the API role in the catalogue', () => {
  async function names(query: string): Promise<string[]> {
    const { rows } = await database.superuser.query<{ name: string }>(query);
    return rows.map((it) => it.name);
  }

  it('allow these functions and no others', async () => {
    expect(
      await names(`SELECT p.proname::text AS name FROM pg_proc AS p
        WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege('coordinator_registry_app', p.oid, 'EXECUTE')
        ORDER BY 1`),
    ).toEqual([
      'audit_erase',
      'audit_log_ensure_partitions',
      'audit_record_export',
      'audit_record_read',
      'audit_record_refusal',
      'audit_retain',
      'audit_retain_count',
      'audit_seal',
      'audit_sealer_lease',
      'authorize_coordinator',
      'authorize_identity',
      'authorize_operator',
      'authorize_session',
      'authorize_webhook',
      'end_runs',
      'operator_permissions',
      'previous_attempt',
      'registry_lock',
      'retry_at',
      'running_limit_reached',
      'seconds_between',
      'session_idle_end',
      'set_audit_context',
      'uuid_v7',
    ]);
  });

  it('allow these privileges on whole tables and no others', async () => {
    expect(
      await names(`SELECT c.relname || ': ' || string_agg(right_name, ', ' ORDER BY right_name) AS name
        FROM pg_class AS c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS right_name
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND has_table_privilege('coordinator_registry_app', c.oid, right_name)
        GROUP BY c.relname ORDER BY c.relname`),
    ).toEqual([
      '_prisma_migrations: SELECT',
      'audit_checkpoints: SELECT',
      'audit_leaves: SELECT',
      'audit_log: SELECT',
      'audit_retention: SELECT',
      'audit_tree_nodes: SELECT',
      'coordinator_key_uses: INSERT, SELECT',
      'coordinator_keys: INSERT, SELECT',
      'coordinator_webhooks: INSERT, SELECT',
      'coordinator_workspaces: DELETE, INSERT, SELECT',
      'coordinators: INSERT, SELECT',
      'idempotency_keys: DELETE, INSERT, SELECT, UPDATE',
      'job_attempts: SELECT',
      'jobs: INSERT, SELECT',
      'operator_session_uses: INSERT, SELECT',
      'operator_sessions: DELETE, INSERT, SELECT',
      'operator_uses: INSERT, SELECT',
      'operators: INSERT, SELECT',
      'webhook_deliveries: DELETE, INSERT, SELECT',
      'workspace_repositories: DELETE, INSERT, SELECT',
      'workspaces: INSERT, SELECT',
    ]);
  });

  it('do not include UPDATE of columns that never change', async () => {
    expect(
      await names(`SELECT c.relname || '.' || a.attname AS name
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ('jobs', 'coordinator_keys', 'coordinators', 'operators', 'workspaces')
          AND a.attnum > 0 AND NOT a.attisdropped AND NOT has_column_privilege('coordinator_registry_app', c.oid, a.attnum, 'UPDATE')
        ORDER BY c.relname, a.attnum`),
    ).toEqual([
      ...[
        'id',
        'coordinator_id',
        'kid',
        'secret_hash',
        'name',
        'environment',
        'predecessor_id',
        'created_at',
      ].map((it) => `coordinator_keys.${it}`),
      'coordinators.id',
      'coordinators.created_at',
      ...[
        'id',
        'workspace_id',
        'type',
        'origin',
        'repository',
        'repository_key',
        'issue_number',
        'priority',
        'metadata',
        'max_attempts',
        'retry',
        'created_by',
        'created_at',
      ].map((it) => `jobs.${it}`),
      'operators.id',
      'operators.created_at',
      'operators.oidc_issuer',
      'operators.oidc_subject',
      'workspaces.id',
      'workspaces.created_at',
    ]);
  });

  it('do not include CREATE', async () => {
    const { rows } = await database.superuser.query(`SELECT
      has_database_privilege('coordinator_registry_app', current_database(), 'CREATE, TEMPORARY') AS in_database,
      EXISTS (SELECT FROM pg_namespace WHERE has_schema_privilege('coordinator_registry_app', oid, 'CREATE')) AS in_schema`);
    expect(rows).toEqual([{ in_database: false, in_schema: false }]);
  });

  it('belong to roles without login and without memberships', async () => {
    const { rows } =
      await database.superuser.query(`SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolbypassrls,
        EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid) AS member
      FROM pg_roles WHERE rolname IN ('coordinator_registry_app', 'coordinator_registry_audit') ORDER BY 1`);
    const bare = {
      rolcanlogin: false,
      rolsuper: false,
      rolcreaterole: false,
      rolbypassrls: false,
      member: false,
    };
    expect(rows).toEqual([
      { rolname: 'coordinator_registry_app', ...bare },
      { rolname: 'coordinator_registry_audit', ...bare },
    ]);
  });

  it('every audit function is owned by the audit role, and every SECURITY DEFINER one sets its search_path', async () => {
    expect(
      await names(`SELECT proname::text AS name FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'audit\\_%'
          AND pg_get_userbyid(proowner) <> 'coordinator_registry_audit'`),
    ).toEqual([]);
    expect(
      await names(`SELECT proname::text AS name FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prosecdef
          AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)`),
    ).toEqual([]);
  });

  it('every audit trigger is enabled ALWAYS', async () => {
    expect(
      await names(`SELECT tgrelid::regclass::text || '.' || tgname AS name FROM pg_trigger
        WHERE NOT tgisinternal AND tgenabled <> 'A'`),
    ).toEqual([]);
    for (const partition of partitions) {
      expect(
        await names(
          `SELECT tgname::text AS name FROM pg_trigger WHERE tgrelid = 'public.${partition}'::regclass ORDER BY 1`,
        ),
      ).toEqual(['audit_log_append_only', 'audit_log_no_truncate']);
    }
  });
});

describe('partitions of the log', () => {
  it('are created three months ahead, once, and up to a limit on request', async () => {
    expect(partitions).toHaveLength(4);
    const make = (months: number) =>
      inTransaction(database.api, async (client) => {
        const { rows } = await client.query<{ made: number }>(
          'SELECT public.audit_log_ensure_partitions($1) AS made',
          [months],
        );
        return rows[0]?.made;
      });
    // more than 0 if the month has changed since the tests' database was migrated
    const { rows } = await database.api.query<{ months: number }>(
      `SELECT (extract(year FROM age) * 12 + extract(month FROM age))::integer AS months
       FROM age(date_trunc('month', now() AT TIME ZONE 'UTC'), to_date(right($1, 7), 'YYYY_MM')) AS age`,
      [partitions[0]],
    );
    expect(await make(3)).toBe(rows[0]?.months);
    expect(await make(5)).toBe(2);
    expect(await make(-1)).toBe(0);
    expect(await make(1_000_000)).toBe(21);
  });

  it('fail with 42P07 when another table has the name of a partition', async () => {
    await inTransaction(database.superuser, async (client) => {
      const next = partitions.at(-1);
      await client.query(`ALTER TABLE public.audit_log DETACH PARTITION public.${next}`);
      await expect(client.query('SELECT public.audit_log_ensure_partitions()')).rejects.toMatchObject({
        code: '42P07',
      });
    });
  });
});
