import { join } from 'node:path';
import { PROGRESSED } from '../load/job-requests.js';
import { type Pgbench, playPgbench, writeScript } from '../load/pgbench.js';
import { jobIdText } from '../stage/registry.js';
import { openPool, type Stage } from '../stage/stage.js';
import type { Counted } from './counted.js';
import { MUTATION } from './mutation.js';

const CLIENTS = 16;
const KID = 'a-coordinator-key';

/**
 * The minimum for a change of a job: a key and its workspaces, the job, and a log with an index for each filter and pair of
 * filters of the API. A database trigger writes the log. It reads the caller from a setting.
 */
const SCHEMA = `
  CREATE TABLE keys (kid text PRIMARY KEY, key_id uuid NOT NULL, coordinator_id uuid NOT NULL, active boolean NOT NULL);
  CREATE TABLE allowed (coordinator_id uuid, workspace_id uuid, PRIMARY KEY (coordinator_id, workspace_id));
  CREATE TABLE jobs (
    id uuid PRIMARY KEY, workspace_id uuid NOT NULL, status text NOT NULL, rev integer NOT NULL,
    progress_percent float8 NOT NULL, tokens_used bigint NOT NULL, updated_at timestamptz NOT NULL
  );
  CREATE TABLE log (
    id uuid PRIMARY KEY DEFAULT uuidv7(), actor_id uuid NOT NULL, key_id uuid NOT NULL, action text NOT NULL, outcome text NOT NULL,
    workspace_id uuid NOT NULL, resource_id uuid NOT NULL, request_id text NOT NULL, rev integer NOT NULL, changes jsonb NOT NULL
  );
  CREATE INDEX ON log (workspace_id, id);
  CREATE INDEX ON log (actor_id, id);
  CREATE INDEX ON log (key_id, id);
  CREATE INDEX ON log (resource_id, id);
  CREATE INDEX ON log (action, id);
  CREATE INDEX ON log (outcome, id);
  CREATE INDEX ON log (request_id, id);
  CREATE INDEX ON log (workspace_id, actor_id, id);
  CREATE INDEX ON log (workspace_id, action, id);
  CREATE INDEX ON log (actor_id, action, id);

  CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    caller text[] := string_to_array(current_setting('floor.caller'), ' ');
  BEGIN
    INSERT INTO log (actor_id, key_id, action, outcome, workspace_id, resource_id, request_id, rev, changes)
    VALUES (caller[1]::uuid, caller[2]::uuid, 'job.progressed', 'SUCCESS', NEW.workspace_id, NEW.id, caller[3], NEW.rev,
      jsonb_build_object(
        'progressPercent', jsonb_build_object('from', OLD.progress_percent, 'to', NEW.progress_percent),
        'tokensUsed', jsonb_build_object('from', OLD.tokens_used, 'to', NEW.tokens_used)));
    RETURN NULL;
  END $$;
  CREATE TRIGGER record AFTER UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION record();`;

const FILL = `
  WITH it AS (SELECT gen_random_uuid() AS coordinator_id, gen_random_uuid() AS workspace_id),
  key AS (INSERT INTO keys SELECT '${KID}', gen_random_uuid(), coordinator_id, true FROM it),
  workspace AS (INSERT INTO allowed SELECT coordinator_id, workspace_id FROM it)
  INSERT INTO jobs
  SELECT ${jobIdText('n::text')}::uuid, workspace_id, 'RUNNING', 1, 0, 0, now()
  FROM it, generate_series(${PROGRESSED.from}, ${PROGRESSED.from + PROGRESSED.count - 1}) AS n`;

const MARKERS = { job: 'job', percent: 'percent', tokens: 'tokens' };
const STATEMENT = {
  text: `
  WITH caller AS MATERIALIZED (
    SELECT coordinator_id, set_config('floor.caller', coordinator_id || ' ' || key_id || ' ' || $2, true) AS caller
    FROM keys WHERE kid = $1 AND active
  )
  UPDATE jobs SET rev = rev + 1, progress_percent = greatest(progress_percent, $4::float8),
    tokens_used = greatest(tokens_used, $5::bigint), updated_at = clock_timestamp()
  FROM caller JOIN allowed USING (coordinator_id)
  WHERE caller.caller IS NOT NULL AND jobs.id = $3::uuid AND jobs.workspace_id = allowed.workspace_id AND jobs.status = 'RUNNING'
  RETURNING jobs.id, jobs.rev, jobs.progress_percent, jobs.tokens_used`,
  values: [KID, 'a-request', MARKERS.job, MARKERS.percent, MARKERS.tokens],
};

/** The floor: the changes a second of Postgres if a change does only what every solution must do. */
export async function floor(
  stage: Stage,
  pgbench: Pgbench,
): Promise<{ entry: Counted; close(): Promise<void> }> {
  const url = await stage.createDatabase('bench_floor');
  const pool = openPool(url, 1);
  await pool.query(SCHEMA);
  await pool.query(FILL);
  await pool.query('VACUUM ANALYZE');
  const script = join(stage.dataDir, 'floor.sql');
  const fixed = await writeScript(script, STATEMENT, MARKERS);
  const entry: Counted = {
    name: MUTATION.floor,
    play: (seconds) => playPgbench({ pgbench, script, fixed, url, clients: CLIENTS }, seconds),
    changes: async () => {
      const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM log');
      return rows[0]?.count ?? 0;
    },
    underWay: 0,
  };
  return { entry, close: () => pool.end() };
}
