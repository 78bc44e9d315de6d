// `npm run audit:fill -- RECORDS [--directory DIR | --url URL] [--add]`: fills an audit log with invented records of the last twelve
// months, to measure a log of that length. Nothing can be deleted from the log, so without --add it refuses a log that has records.
//
// The records look like a year of jobs. Of every ten, eight are of one job, one is a refusal, and one is a read or a change of the
// registry. Half of all records belong to one of 200 workspaces, an eighth to one of 500 actors. One actor has records in the first month only.
import { randomUUID } from 'node:crypto';
import { inspect, parseArgs } from 'node:util';
import pg from 'pg';
import { directoryFor, openDirectory } from './large-log.js';

const USAGE = 'Usage: npm run audit:fill -- RECORDS [--directory DIR | --url URL_OF_THE_OWNER] [--add]';
const MONTHS = 12;
const GROUP = 10;
const GROUPS_AT_ONCE = 2_000;
const SESSIONS = 2;
const TELL_EVERY_MS = 10_000;

/** Settings for a server with no other work, which may lose its last transactions. */
const SETTINGS = {
  autovacuum: 'off',
  synchronous_commit: 'off',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  shared_buffers: '1GB',
};

/** Creates the partitions of past months, with their guards. The server creates only present and future ones. */
const PARTITIONS = `
  SELECT public.audit_ensure_partition(suffix, since::text, until::text)
  FROM generate_series(0, $1::int - 1) AS ago,
    LATERAL (SELECT date_trunc('month', now()) - make_interval(months => ago) AS since) AS month,
    LATERAL (SELECT since + interval '1 month' AS until, '_' || to_char(since, 'YYYY_MM') AS suffix) AS names
  ORDER BY since`;

/**
 * Writes groups $1 to $2 of all $3 groups, between the times $4 and $5. `dice` are three independent numbers from 0 to 1 for each
 * group. A power of such a number makes its lowest values the most frequent.
 */
const RECORDS = `
  WITH made AS MATERIALIZED (
    SELECT public.uuid_v7(moment) AS id, date_trunc('milliseconds', moment) AS occurred_at, k, g, rev, action, actor_type, actor, key,
      CASE WHEN actor_type <> 'ANONYMOUS' THEN workspace END AS workspace,
      CASE WHEN action LIKE 'job.%' OR k = 8 THEN $6 || ' job ' || g WHEN g % 90 = 11 THEN 'resource 0' ELSE actor END AS resource,
      CASE WHEN g % 90 = 7 AND k = 0 THEN 'request-0' ELSE md5($6 || ' request ' || g || ' ' || k) END AS request_id,
      ('10.' || g % 4 || '.' || g / 7 % 250 || '.' || k + 1)::inet AS source_ip,
      'orchestrator/' || 1 + g % 3 || '.' || g % 10 AS user_agent,
      decode(md5($6 || ' ip ' || g || ' ' || k), 'hex') AS source_ip_salt,
      decode(md5($6 || ' agent ' || g || ' ' || k), 'hex') AS user_agent_salt
    FROM generate_series($1::bigint, $2::bigint) AS g,
      LATERAL (SELECT hashint8extended(g, 1) & 65535 AS a, hashint8extended(g, 2) & 65535 AS b, hashint8extended(g, 3) & 65535 AS c)
        AS dice,
      LATERAL (
        SELECT 'workspace ' || floor(200 * power(a / 65536.0::float8, 8)) AS workspace,
          CASE WHEN g < $3::bigint / $7::int AND g % 97 = 0 THEN 'actor gone'
            ELSE 'actor ' || floor(500 * power(b / 65536.0::float8, 3)) END AS somebody) AS who,
      generate_series(0, 9) AS k,
      LATERAL (
        SELECT $4::timestamptz + ($5::timestamptz - $4::timestamptz) * (g::float8 / $3::bigint) + k * interval '40 seconds'
            AS moment,
          CASE WHEN k < 8 THEN (k + 1)::integer END AS rev,
          CASE
            WHEN k = 0 THEN 'job.created' WHEN k = 1 THEN 'job.started' WHEN k < 7 THEN 'job.progressed'
            WHEN k = 7 THEN CASE WHEN c % 8 = 0 THEN 'job.failed' ELSE 'job.completed' END
            WHEN k = 8 THEN (ARRAY['auth.denied', 'access.denied', 'rate.limited'])[1 + c % 3]
            WHEN g % 90 = 11 THEN 'coordinator.updated' WHEN g % 50 = 9 THEN 'coordinator-key.rotated' ELSE 'job.read'
          END AS action,
          CASE WHEN k = 8 AND c % 3 = 0 THEN 'ANONYMOUS' WHEN k = 9 THEN 'OPERATOR' ELSE 'COORDINATOR' END AS actor_type) AS what,
      LATERAL (
        SELECT CASE actor_type WHEN 'COORDINATOR' THEN somebody WHEN 'OPERATOR' THEN 'operator ' || c % 20 END AS actor) AS whose,
      LATERAL (SELECT 'key ' || c % 3 || ' of ' || actor AS key) AS whose_key
  )
  INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason, workspace_id,
    resource_type, resource_id, rev, changes, request_id, source_ip, source_ip_salt, source_ip_commitment, user_agent, user_agent_salt,
    user_agent_commitment)
  SELECT id, occurred_at, actor_type::public.audit_actor_type, md5(actor)::uuid, actor, md5(key)::uuid, action,
    CASE WHEN k = 8 THEN 'DENIED' ELSE 'SUCCESS' END::public.audit_outcome, CASE WHEN k = 8 THEN 'made' END, md5(workspace)::uuid,
    CASE WHEN k = 8 OR action LIKE 'job.%' THEN 'job' ELSE 'coordinator' END, md5(resource)::uuid, rev,
    CASE WHEN k BETWEEN 1 AND 6 THEN jsonb_build_object(
      'progressPercent', jsonb_build_object('from', (k - 1) * 15, 'to', k * 15),
      'tokensUsed', jsonb_build_object('from', (k - 1) * 1000 + g % 1000, 'to', k * 1000 + g % 1000)) ELSE '{}' END,
    request_id, source_ip, source_ip_salt, sha256(source_ip_salt || convert_to(host(source_ip), 'UTF8')), user_agent, user_agent_salt,
    sha256(user_agent_salt || convert_to(user_agent, 'UTF8'))
  FROM made
  ORDER BY id`;

class Refusal extends Error {}

try {
  const { records, directory, url, add } = readOptions();
  if (url === undefined) {
    const log = await openDirectory(directory, SETTINGS);
    await fill(log.owner, records, add).finally(log.close);
    process.stdout.write(`The log is in ${directory}. To serve it: DATA_DIR=${directory} npm start\n`);
  } else {
    await fill(url, records, add);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : inspect(error)}\n`);
  process.exitCode = 1;
}

interface Options {
  records: number;
  directory: string;
  url: string | undefined;
  /** also if the log has records */
  add: boolean;
}

function readOptions(): Options {
  try {
    const { values, positionals } = parseArgs({
      options: { directory: { type: 'string' }, url: { type: 'string' }, add: { type: 'boolean' } },
      allowPositionals: true,
    });
    const records = Number(positionals[0]);
    if (positionals.length === 1 && Number.isSafeInteger(records) && records > 0 && records % GROUP === 0) {
      const { directory = directoryFor(records), url, add = false } = values;
      return { records, directory, url, add };
    }
  } catch (error) {
    throw new Refusal(`${messageOf(error)}\n${USAGE}`);
  }
  throw new Refusal(`How many records? A multiple of ${GROUP}.\n${USAGE}`);
}

async function fill(url: string, records: number, add: boolean): Promise<void> {
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => openSession(url)));
  try {
    const [first] = sessions;
    if (first === undefined) throw new Error('there is no session');
    await refuseRealLog(first, add);
    await first.query(PARTITIONS, [MONTHS]);
    const { rows } = await first.query<{ since: string; until: string }>(
      `SELECT (date_trunc('month', now()) - make_interval(months => $1::int - 1))::text AS since,
         (now() - interval '1 hour')::text AS until`,
      [MONTHS],
    );
    const [{ since, until } = { since: '', until: '' }] = rows;
    const from = performance.now();
    const groups = records / GROUP;
    const seed = randomUUID();
    let next = 0;
    let reportedAt = from;
    const work = async (session: pg.Client) => {
      while (next < groups) {
        const begin = next;
        next = Math.min(groups, begin + GROUPS_AT_ONCE);
        await session.query({
          name: 'records',
          text: RECORDS,
          values: [begin, next - 1, groups, since, until, seed, MONTHS],
        });
        if (performance.now() - reportedAt < TELL_EVERY_MS) continue;
        reportedAt = performance.now();
        tell(next * GROUP, records, reportedAt - from);
      }
    };
    await Promise.all(sessions.map(work));
    await first.query('VACUUM (ANALYZE) public.audit_log');
    process.stdout.write(
      `${records.toLocaleString('en')} records in ${Math.round((performance.now() - from) / 1000)} s\n`,
    );
  } finally {
    for (const session of sessions) await session.end();
  }
}

/** Only the role that owns the log may write to it. The owner of the database is a member of that role. */
async function openSession(url: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  try {
    await session.query("SET timezone = 'UTC'");
    await session.query("SET datestyle = 'ISO'");
    await session.query('SET ROLE coordinator_registry_audit');
  } catch (error) {
    await session.end();
    throw new Refusal(`Not a migrated registry, or not the login that owns it: ${messageOf(error)}`);
  }
  return session;
}

async function refuseRealLog(session: pg.Client, add: boolean): Promise<void> {
  const { rowCount } = await session.query('SELECT FROM public.audit_log LIMIT 1');
  if (rowCount === 0 || add) return;
  throw new Refusal(
    'This log already has records, and generated records cannot be deleted from it. It was not changed. ' +
      'If it is not a real log, use --add.',
  );
}

function tell(made: number, records: number, milliseconds: number): void {
  const perSecond = Math.round((made * 1000) / milliseconds);
  process.stdout.write(
    `${made.toLocaleString('en')} of ${records.toLocaleString('en')} records, ${perSecond.toLocaleString('en')}/s\n`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
