WITH
  caller AS MATERIALIZED (
    SELECT
      coordinator_id AS id,
      coordinator_name AS name,
      key_id,
      rate_limit_per_minute,
      max_running,
      public.set_audit_context('COORDINATOR', coordinator_id, coordinator_name, key_id, $1, $2::inet, $3) AS ready
    FROM
      public.authorize_coordinator($4, $5, $2::inet)
    WHERE
      refusal IS NULL
  ),
  turn AS (
    SELECT
      workspace.id,
      workspace.max_running
    FROM
      caller
      JOIN public.coordinator_workspaces AS allowed ON allowed.coordinator_id = caller.id
      JOIN public.workspaces AS workspace ON workspace.id = allowed.workspace_id
    WHERE
      caller.max_running IS NULL
      AND (
        workspace.max_running IS NULL
        OR workspace.max_running > (
          SELECT
            count(*)
          FROM
            public.jobs AS run
          WHERE
            run.workspace_id = workspace.id
            AND run.status = 'RUNNING'
        )
      )
    ORDER BY
      workspace.id <= $6::uuid,
      workspace.id
    LIMIT
      $7::int
  )
UPDATE public.jobs AS job
SET
  rev = job.rev + 1,
  updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
  status = 'RUNNING',
  attempt = job.attempt + 1,
  retried = false,
  not_before = NULL,
  triggers_seen = job.trigger_count,
  coordinator_id = caller.id,
  agent_id = $8,
  agent_type = $9,
  progress_percent = 0,
  current_step = NULL,
  tokens_used = 0,
  duration_seconds = NULL,
  result = NULL,
  error = NULL,
  failed_step = NULL,
  gate_results = NULL,
  continuation_prompt = NULL,
  outcome_digest = NULL,
  ended_at = NULL,
  lease_seconds = $10::int,
  (started_at, lease_expires_at) = (
    SELECT
      moment.start,
      moment.start + pg_catalog.make_interval(secs => $10::int)
      -- reads the job, so that Postgres evaluates it again after a wait for the row
    FROM
      (
        SELECT
          pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()) AS start
        WHERE
          job.status = 'PENDING'
      ) AS moment
  )
FROM
  caller
WHERE
  caller.ready
  AND job.id = (
    SELECT
      CASE
        WHEN locked.max_running IS NULL THEN locked.id
      END
    FROM
      (
        SELECT
          locked.id,
          turn.id AS workspace_id,
          turn.max_running
        FROM
          turn
          CROSS JOIN LATERAL (
            SELECT
              job.id,
              job.priority
            FROM
              public.jobs AS job
            WHERE
              job.workspace_id = turn.id
              AND job.status = 'PENDING'
              AND job.not_before IS NULL
            ORDER BY
              job.priority DESC,
              job.id
            LIMIT
              64
          ) AS first
          CROSS JOIN LATERAL (
            SELECT
              job.id
            FROM
              public.jobs AS job
            WHERE
              job.id = first.id
              AND job.status = 'PENDING'
              AND job.not_before IS NULL
            FOR UPDATE OF
              job SKIP LOCKED
          ) AS locked
        LIMIT
          1
      ) AS locked
  )
RETURNING
  job.id,
  job.workspace_id,
  job.type,
  job.attempt,
  job.max_attempts,
  job.rev,
  job.repository,
  job.issue_number,
  job.priority,
  job.retry,
  job.metadata,
  job.previous_attempt,
  job.triggers,
  job.trigger_count,
  job.lease_expires_at,
  job.started_at,
  job.created_at,
  job.updated_at
-- Plan:
--   Update on jobs
--     CTE caller: Nested Loop
--       Index Scan using coordinator_keys_kid_key on coordinator_keys
--       Index Scan using coordinators_pkey on coordinators
--     InitPlan 4: Subquery Scan
--       Limit
--         Nested Loop
--           Nested Loop
--             Limit
--               Sort
--                 Nested Loop
--                   Nested Loop
--                     CTE Scan on caller
--                     Seq Scan on coordinator_workspaces
--                   Index Scan using workspaces_pkey on workspaces
--                     SubPlan 3: Aggregate
--                       Index Only Scan using jobs_status_workspace_id_idx on jobs
--             Limit
--               Index Only Scan using jobs_claimable_idx on jobs
--           Subquery Scan
--             LockRows
--               Index Scan using jobs_pkey on jobs
--     Nested Loop
--       Index Scan using jobs_pkey on jobs
--       CTE Scan on caller
--       SubPlan 2: Subquery Scan
--         Result
