import type pg from 'pg';
import type { Admission, Ledger } from './ledger.js';

/** What contradicts the contract, by what it is: at most {@link SHOWN} rows of each. All lists are empty if everything holds. */
export type Violations = Record<string, unknown[]>;

const SHOWN = 5;
const MINUTE_MS = 60_000;

/** Tables of what the answers said, for the statements below. */
const KNOWN = `
  CREATE TEMP TABLE acknowledged (request_id text, key_id uuid, job_id uuid, action text, rev int);
  CREATE TEMP TABLE acknowledged_key (request_id text, action text, key_id uuid);
  CREATE TEMP TABLE ended_key (key_id uuid, at timestamptz);
  CREATE TEMP TABLE unchanged (request_id text);`;

const RECORDS_OF_JOBS = `
  CREATE TEMP TABLE record AS
    SELECT id, occurred_at, actor_type, actor_id, key_id, action, resource_id AS job_id, rev, changes, request_id
    FROM public.audit_log WHERE resource_type = 'job' AND outcome = 'SUCCESS';
  CREATE INDEX ON record (job_id, rev);
  CREATE INDEX ON record (request_id);
  ANALYZE record;`;

const STATEMENTS: Record<string, string> = {
  'an acknowledged change without exactly one record': `
    SELECT acknowledged.*, count(record.id) FROM acknowledged LEFT JOIN record USING (request_id, job_id, action, rev, key_id)
    GROUP BY 1, 2, 3, 4, 5 HAVING count(record.id) <> 1`,
  'a record of a change that no answer has acknowledged': `
    SELECT * FROM record
    WHERE NOT EXISTS (SELECT FROM acknowledged WHERE (request_id, job_id, rev) = (record.request_id, record.job_id, record.rev))
      AND NOT (action = 'job.expired' AND actor_type = 'SYSTEM')`,
  'a record of a request whose answer says that nothing changed': `
    SELECT * FROM public.audit_log WHERE outcome = 'SUCCESS' AND request_id IN (SELECT request_id FROM unchanged)`,
  'a job whose rev is not dense in the log': `
    SELECT job.id, job.rev, count(record.id) FROM public.jobs AS job LEFT JOIN record ON record.job_id = job.id
    GROUP BY job.id HAVING count(record.id) <> job.rev OR count(DISTINCT record.rev) <> job.rev OR min(record.rev) <> 1
      OR max(record.rev) <> job.rev`,
  'a job that is not in the state of its last record': `
    SELECT job.id, job.status, last.changes FROM public.jobs AS job
      CROSS JOIN LATERAL (
        SELECT changes FROM record WHERE job_id = job.id AND changes ? 'status' ORDER BY rev DESC LIMIT 1) AS last
    WHERE last.changes -> 'status' ->> 'to' <> job.status::text`,
  'a job whose progress is not that of its last record': `
    SELECT job.id, job.progress_percent, last.changes FROM public.jobs AS job
      CROSS JOIN LATERAL (
        SELECT changes FROM record WHERE job_id = job.id AND changes ? 'progressPercent' ORDER BY rev DESC LIMIT 1) AS last
    WHERE (last.changes -> 'progressPercent' ->> 'to')::float8 <> job.progress_percent`,
  'an attempt that did not start exactly once': `
    SELECT job.id, job.attempt, array_agg(record.changes -> 'attempt' ->> 'to') FROM public.jobs AS job
      LEFT JOIN record ON record.job_id = job.id AND record.action = 'job.started'
    GROUP BY job.id HAVING count(record.id) <> job.attempt
      OR count(DISTINCT record.changes -> 'attempt' ->> 'to') <> job.attempt`,
  'an attempt that is neither live nor has ended exactly once': `
    SELECT job.id, job.status, job.attempt, count(ended.attempt) FROM public.jobs AS job
      LEFT JOIN run AS ended ON ended.job_id = job.id AND ended.ended_at < 'infinity'
    GROUP BY job.id HAVING count(ended.attempt) <> job.attempt - CASE job.status WHEN 'RUNNING' THEN 1 ELSE 0 END
      OR coalesce(max(ended.attempt), 0) <> count(ended.attempt)`,
  'an attempt that began before the previous one ended': `
    SELECT * FROM (
      SELECT job_id, attempt, started_at, lag(ended_at) OVER (PARTITION BY job_id ORDER BY attempt) AS previous_ended_at
      FROM run
    ) AS run WHERE started_at < previous_ended_at`,
  'a workspace with more RUNNING jobs than its maxRunning': exceeded('workspaces', 'workspace_id'),
  'a coordinator with more RUNNING jobs than its maxRunning': exceeded('coordinators', 'coordinator_id'),
  'a change with a key after the answer that it has ended': `
    SELECT log.action, log.occurred_at, ended_key.* FROM ended_key JOIN public.audit_log AS log USING (key_id)
    WHERE log.outcome = 'SUCCESS' AND log.occurred_at > ended_key.at`,
  'an acknowledged change of a key without exactly one record': `
    SELECT acknowledged_key.*, count(log.id) FROM acknowledged_key LEFT JOIN public.audit_log AS log
      ON (log.request_id, log.action, log.resource_id) = (acknowledged_key.request_id, acknowledged_key.action, acknowledged_key.key_id)
        AND log.outcome = 'SUCCESS'
    GROUP BY 1, 2, 3 HAVING count(log.id) <> 1`,
  'an ended key that the database takes for live': `
    SELECT key.id, ended_key.at, key.revoked_at, key.expires_at FROM ended_key JOIN public.coordinator_keys AS key ON key.id = key_id
    WHERE (key.revoked_at IS NULL OR key.revoked_at > ended_key.at) AND (key.expires_at IS NULL OR key.expires_at > ended_key.at)`,
};

/** What must not be in the database. */
export const INVARIANTS = Object.keys(STATEMENTS);

/** All attempts. The live one of a RUNNING job has no end. */
const RUNS = `
  CREATE TEMP TABLE run AS
    SELECT ended.job_id, job.workspace_id, ended.coordinator_id, ended.attempt, ended.started_at, ended.ended_at
    FROM public.job_attempts AS ended JOIN public.jobs AS job ON job.id = ended.job_id
    UNION ALL
    SELECT id, workspace_id, coordinator_id, attempt, started_at, 'infinity' FROM public.jobs WHERE status = 'RUNNING'`;

/** A run that starts is counted after the runs that have ended by then have released the lock, so at equal times the end comes first. */
function exceeded(table: string, column: string): string {
  return `
    SELECT owner.id, owner.max_running, max(runs) FROM public.${table} AS owner JOIN (
      SELECT ${column}, sum(step) OVER (PARTITION BY ${column} ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS runs
      FROM (SELECT ${column}, started_at AS at, 1 AS step FROM run UNION ALL SELECT ${column}, ended_at, -1 FROM run) AS steps
    ) AS counted ON counted.${column} = owner.id
    WHERE owner.max_running IS NOT NULL GROUP BY owner.id HAVING max(runs) > owner.max_running`;
}

/** Spoils the copies in such a way that every statement above must find something. */
const SPOIL = `
  INSERT INTO unchanged SELECT request_id FROM acknowledged LIMIT 1;
  INSERT INTO ended_key SELECT key_id, '-infinity' FROM acknowledged LIMIT 1;
  INSERT INTO acknowledged_key VALUES ('invented', 'coordinator-key.revoked', gen_random_uuid());
  DELETE FROM acknowledged WHERE ctid = (SELECT ctid FROM acknowledged LIMIT 1);
  INSERT INTO acknowledged VALUES ('invented', gen_random_uuid(), gen_random_uuid(), 'job.created', 1);
  INSERT INTO record SELECT * FROM record WHERE action = 'job.started' LIMIT 1;
  UPDATE record SET changes = jsonb_set(changes, '{status,to}', '"LOST"')
    WHERE changes ? 'status' AND job_id = (SELECT job_id FROM record LIMIT 1);
  UPDATE record SET changes = jsonb_set(changes, '{progressPercent,to}', '101')
    WHERE changes ? 'progressPercent' AND job_id = (SELECT job_id FROM record WHERE changes ? 'progressPercent' LIMIT 1);
  INSERT INTO run SELECT job_id, workspace_id, coordinator_id, attempt + 1, started_at, ended_at FROM run LIMIT 1;
  INSERT INTO run SELECT run.* FROM run JOIN public.workspaces AS owner ON owner.id = workspace_id, generate_series(1, max_running);
  INSERT INTO run SELECT run.* FROM run JOIN public.coordinators AS owner ON owner.id = coordinator_id, generate_series(1, max_running);`;

/**
 * Compares the database, in one snapshot, with what the answers said and with itself.
 *
 * @param options.spoilt with copies that are wrong on purpose, to see that the comparison finds what it looks for
 */
export async function violations(
  client: pg.ClientBase,
  ledger: Ledger,
  { spoilt = false }: { spoilt?: boolean } = {},
): Promise<Violations> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  try {
    await client.query(KNOWN);
    const { changes, keyChanges, endedKeys, unchanged } = ledger;
    await client.query(
      'INSERT INTO acknowledged SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::int[])',
      [
        changes.map((it) => it.requestId),
        changes.map((it) => it.keyId),
        changes.map((it) => it.jobId),
        changes.map((it) => it.action),
        changes.map((it) => it.rev),
      ],
    );
    await client.query(
      'INSERT INTO acknowledged_key SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])',
      [
        keyChanges.map((it) => it.requestId),
        keyChanges.map((it) => it.action),
        keyChanges.map((it) => it.keyId),
      ],
    );
    await client.query('INSERT INTO ended_key SELECT * FROM unnest($1::uuid[], $2::timestamptz[])', [
      endedKeys.map((it) => it.keyId),
      endedKeys.map((it) => it.at),
    ]);
    await client.query('INSERT INTO unchanged SELECT unnest($1::text[])', [unchanged]);
    await client.query(
      `CREATE INDEX ON acknowledged (request_id); ANALYZE acknowledged; ${RECORDS_OF_JOBS} ${RUNS}`,
    );
    if (spoilt) await client.query(SPOIL);
    const found: Violations = {};
    for (const [what, statement] of Object.entries(STATEMENTS)) {
      found[what] = (await client.query(`SELECT * FROM (${statement}) AS violation LIMIT ${SHOWN}`)).rows;
    }
    return found;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** The most that were surely admitted within one minute: of those that began and were answered in it. */
export function mostInAMinute(admissions: readonly Admission[]): number {
  let most = 0;
  for (const { from } of admissions) {
    const within = admissions.filter((it) => it.from >= from && it.to <= from + MINUTE_MS).length;
    if (within > most) most = within;
  }
  return most;
}
