import { afterAll, beforeAll, describe, it } from '@jest/globals';
import {
  type Attack,
  expectRefused,
  inContext,
  prepareTargets,
  type Targets,
} from './audit-attack-fixture.js';
import { type AuditDatabase, openAuditDatabase } from './audit-fixture.js';

let database: AuditDatabase;
let targets: Targets;

beforeAll(async () => {
  database = await openAuditDatabase();
  targets = await prepareTargets(database);
});

afterAll(() => database?.close());

const RECORD = `(id, occurred_at, actor_type, actor_name, action, outcome)
  VALUES (public.uuid_v7(), now(), 'SYSTEM', 'forger', 'job.created', 'SUCCESS')`;

const ON_THE_LOG: Attack[] = [
  ['UPDATE', () => ["UPDATE public.audit_log SET reason = 'x'"]],
  ['UPDATE of a partition', (it) => [`UPDATE public.${it.partition} SET reason = 'x'`]],
  ['DELETE', () => ['DELETE FROM public.audit_log']],
  ['DELETE from a partition', (it) => [`DELETE FROM public.${it.partition}`]],
  ['INSERT', () => [`INSERT INTO public.audit_log ${RECORD}`]],
  ['INSERT into a partition', (it) => [`INSERT INTO public.${it.partition} ${RECORD}`]],
  ['INSERT in a context', () => [inContext(`INSERT INTO public.audit_log ${RECORD}`)]],
  ['TRUNCATE', () => ['TRUNCATE public.audit_log']],
  ['TRUNCATE of a partition', (it) => [`TRUNCATE public.${it.partition}`]],
  [
    'MERGE',
    () => ['MERGE INTO public.audit_log AS a USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE'],
  ],
  ['COPY FROM', () => ['COPY public.audit_log FROM STDIN']],
  ['COPY FROM PROGRAM', () => ["COPY public.audit_log FROM PROGRAM 'true'"]],
  ['COPY TO PROGRAM', () => ["COPY public.audit_log TO PROGRAM 'true'"]],
  ['SELECT FOR UPDATE', () => ['SELECT FROM public.audit_log FOR UPDATE']],
  ['LOCK TABLE', () => ['BEGIN', 'LOCK TABLE public.audit_log IN ACCESS EXCLUSIVE MODE']],
  ['a prepared DELETE', () => ['PREPARE gone AS DELETE FROM public.audit_log', 'EXECUTE gone']],
  ['a DELETE in a DO block', () => ['DO $$ BEGIN DELETE FROM public.audit_log; END $$']],
  ['reading a partition directly', (it) => [`SELECT FROM public.${it.partition}`]],
];

/** What the log is sealed with, and what it commits to, is as closed as the log. */
const BESIDE_THE_LOG = [
  ['audit_checkpoints', 'note'],
  ['audit_leaves', 'hash'],
  ['audit_tree_nodes', 'hash'],
].flatMap(([table, column]): Attack[] => [
  [`INSERT into ${table}`, () => [`INSERT INTO public.${table} SELECT * FROM public.${table} LIMIT 0`]],
  [`UPDATE of ${table}`, () => [`UPDATE public.${table} SET ${column} = NULL`]],
  [`DELETE from ${table}`, () => [`DELETE FROM public.${table}`]],
  [`TRUNCATE of ${table}`, () => [`TRUNCATE public.${table}`]],
  [`disable the guard of ${table}`, () => [`ALTER TABLE public.${table} DISABLE TRIGGER ALL`]],
]);

const ON_THE_SCHEMA: Attack[] = [
  ['disable all triggers of jobs', () => ['ALTER TABLE public.jobs DISABLE TRIGGER ALL']],
  ['disable the trigger of jobs', () => ['ALTER TABLE public.jobs DISABLE TRIGGER jobs_audit']],
  [
    'disable the triggers of the log',
    () => ['ALTER TABLE public.audit_log DISABLE TRIGGER audit_log_append_only'],
  ],
  ['disable the triggers of a partition', (it) => [`ALTER TABLE public.${it.partition} DISABLE TRIGGER ALL`]],
  ['drop a trigger', () => ['DROP TRIGGER jobs_audit ON public.jobs']],
  ['drop the log', () => ['DROP TABLE public.audit_log']],
  ['drop a partition', (it) => [`DROP TABLE public.${it.partition}`]],
  ['drop jobs', () => ['DROP TABLE public.jobs CASCADE']],
  ['become the owner of the log', () => ['ALTER TABLE public.audit_log OWNER TO CURRENT_USER']],
  ['become the owner of jobs', () => ['ALTER TABLE public.jobs OWNER TO CURRENT_USER']],
  [
    'become the owner of an audit function',
    () => ['ALTER FUNCTION public.audit_jobs() OWNER TO CURRENT_USER'],
  ],
  [
    'grant a privilege that it does not have',
    () => ['GRANT ALL ON public.audit_log TO PUBLIC', 'DELETE FROM public.audit_log'],
  ],
  ['detach a partition', (it) => [`ALTER TABLE public.audit_log DETACH PARTITION public.${it.partition}`]],
  ['make a partition', () => ['CREATE TABLE public.mine PARTITION OF public.audit_log DEFAULT']],
  ['make a table', () => ['CREATE TABLE public.mine (id integer)']],
  ['make a temporary table', () => ['CREATE TEMPORARY TABLE audit_log (id integer)']],
  [
    'make a temporary function',
    () => ["CREATE FUNCTION pg_temp.audit_append() RETURNS text LANGUAGE sql AS 'SELECT 1'"],
  ],
  ['make a function', () => ["CREATE FUNCTION public.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'"]],
  ['make a schema', () => ['CREATE SCHEMA mine']],
  ['make a view', () => ['CREATE VIEW public.mine AS SELECT 1']],
  ['make a type', () => ["CREATE TYPE public.mine AS ENUM ('a')"]],
  ['make an extension', () => ['CREATE EXTENSION file_fdw']],
  [
    'make an event trigger',
    () => ['CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION public.audit_jobs()'],
  ],
  [
    'make a trigger',
    () => [
      'CREATE TRIGGER mine BEFORE UPDATE ON public.jobs FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    ],
  ],
  ['make a rule', () => ['CREATE RULE mine AS ON UPDATE TO public.jobs DO INSTEAD NOTHING']],
  ['make a policy', () => ['CREATE POLICY mine ON public.audit_log USING (false)']],
  ['turn row security on', () => ['ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY']],
  ['make a publication', () => ['CREATE PUBLICATION mine FOR ALL TABLES']],
  [
    'replace an audit function',
    () => [
      "CREATE OR REPLACE FUNCTION public.audit_jobs() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
  ],
  [
    'replace set_audit_context',
    () => [
      'ALTER FUNCTION public.set_audit_context(text, uuid, text, uuid, text, inet, text, text) RENAME TO gone',
    ],
  ],
  ['edit the catalogue', () => ["UPDATE pg_catalog.pg_trigger SET tgenabled = 'D'"]],
  ['DDL in a DO block', () => ["DO $$ BEGIN EXECUTE 'ALTER TABLE public.jobs DISABLE TRIGGER ALL'; END $$"]],
  ['change the history of migrations', () => ['DELETE FROM public._prisma_migrations']],
];

const ON_THE_ROLES: Attack[] = [
  ['become the audit role', () => ['SET ROLE coordinator_registry_audit']],
  ['become the owner', (it) => [`SET ROLE ${it.owner}`]],
  ['become the superuser', () => ['SET SESSION AUTHORIZATION postgres']],
  ['join the audit role', () => ['GRANT coordinator_registry_audit TO CURRENT_USER']],
  ['let the audit role log in', () => ["ALTER ROLE coordinator_registry_audit LOGIN PASSWORD 'x'"]],
  ['change its own role', () => ['ALTER ROLE CURRENT_USER CREATEROLE']],
  ['set something for the audit role', () => ["ALTER ROLE coordinator_registry_audit SET search_path = 'x'"]],
  [
    'set something for the database',
    () => [
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET session_replication_role = replica', current_database()); END $$",
    ],
  ],
  ['set something for the server', () => ["ALTER SYSTEM SET session_replication_role = 'replica'"]],
  ['skip triggers with session_replication_role', () => ['SET session_replication_role = replica']],
  [
    'skip triggers with set_config',
    () => ["SELECT set_config('session_replication_role', 'replica', false)"],
  ],
  ['read a file', () => ["SELECT pg_read_file('/etc/passwd')"]],
  ['import a file', () => ["SELECT lo_import('/etc/passwd')"]],
  ['export a file', () => ["SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/x')"]],
  [
    'end other sessions',
    () => ["SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'"],
  ],
];

const ON_THE_FUNCTIONS: Attack[] = [
  [
    'append a record',
    () => [
      inContext(
        ", appended AS (SELECT public.audit_append('job.created', NULL, 'job', NULL, '{}') FROM ctx) SELECT * FROM appended",
      ),
    ],
  ],
  ['call a trigger function', () => ['SELECT public.audit_jobs()']],
  ['call a helper', () => ["SELECT public.audit_value('1')"]],
  [
    'refusal with an action of a success',
    (it) => [refusal({ action: 'job.created', key: it.key, actor: it.coordinator })],
  ],
  ['refusal without an action', (it) => [refusal({ action: null, key: it.key, actor: it.coordinator })]],
  ['refusal without a reason', (it) => [refusal({ reason: null, key: it.key, actor: it.coordinator })]],
  [
    'refusal of an anonymous actor with an id',
    (it) => [refusal({ type: 'ANONYMOUS', actor: it.coordinator })],
  ],
  [
    'refusal of an anonymous actor with a key',
    (it) => [refusal({ type: 'ANONYMOUS', name: null, key: it.key })],
  ],
  ['refusal of an anonymous actor with a name', () => [refusal({ type: 'ANONYMOUS' })]],
  ['refusal of SYSTEM', () => [refusal({ type: 'SYSTEM' })]],
  [
    'refusal of an unknown type of actor',
    (it) => [refusal({ type: 'ROBOT', key: it.key, actor: it.coordinator })],
  ],
  ['refusal of a coordinator without a key', (it) => [refusal({ actor: it.coordinator })]],
  ['refusal with 0 occurrences', (it) => [refusal({ key: it.key, actor: it.coordinator, times: 0 })]],
  ['refusal with a null count', (it) => [refusal({ key: it.key, actor: it.coordinator, times: null })]],
  [
    'read with an action of a change',
    (it) => [read({ action: 'job.created', actor: it.coordinator, key: it.key })],
  ],
  ['read by SYSTEM', () => [read({ type: 'SYSTEM' })]],
  ['read by an anonymous actor', () => [read({ type: 'ANONYMOUS' })]],
  ['checkpoint that omits a leaf', () => [seal({ seq: 7 })]],
  ['checkpoint of missing leaves', () => [seal({ size: 1 })]],
  ['checkpoint with a short hash', () => [seal({ size: 1, records: 1, hashes: '\\x00' })]],
  ['read without a job', (it) => [read({ action: 'job.read', actor: it.coordinator, key: it.key })]],
];

function literal(value: string | number | null | undefined): string {
  return value === null || value === undefined ? 'NULL' : `'${value}'`;
}

interface Forged {
  type?: string;
  actor?: string;
  name?: string | null;
  key?: string;
  action?: string | null;
  reason?: string | null;
  times?: number | null;
}

function refusal(it: Forged): string {
  const {
    type = 'COORDINATOR',
    name = 'somebody',
    action = 'auth.denied',
    reason = 'because',
    times = 1,
  } = it;
  const values = [
    type,
    it.actor,
    name,
    it.key,
    action,
    reason,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    times,
  ];
  return `SELECT public.audit_record_refusal(${values.map(literal).join(', ')})`;
}

function seal({ seq = 0, size = 0, records = 0, hashes = '\\x' }): string {
  return `SELECT public.audit_seal(${seq}, ${size}, now(), 'a note', '\\x', '1:1:', NULL, NULL, NULL,
    ARRAY(SELECT id FROM public.audit_log LIMIT ${records}), '${hashes}', '{}', '{}', '\\x',
    '\\x', sha256('next'), sha256('lease'), '[]')`;
}

function read({
  type = 'COORDINATOR',
  actor,
  name = 'somebody',
  key,
  action = 'jobs.listed',
}: Forged): string {
  const values = [type, actor, name, key, action, null, null, 'a-request', null, null];
  return `SELECT public.audit_record_read(${values.map(literal).join(', ')})`;
}

describe('the API login', () => {
  it.each(ON_THE_LOG)('cannot change the log: %s', (_, statements) =>
    expectRefused(database, statements(targets)),
  );
  it.each(BESIDE_THE_LOG)('cannot change data beside the log: %s', (_, statements) =>
    expectRefused(database, statements(targets)),
  );

  it.each(ON_THE_SCHEMA)('cannot change the schema: %s', (_, statements) =>
    expectRefused(database, statements(targets)),
  );
  it.each(ON_THE_ROLES)('cannot change roles: %s', (_, statements) =>
    expectRefused(database, statements(targets)),
  );
  it.each(ON_THE_FUNCTIONS)('cannot change functions: %s', (_, statements) =>
    expectRefused(database, statements(targets)),
  );
});
