WITH
  caller AS MATERIALIZED (
    SELECT
      coordinator_id AS id,
      coordinator_name AS name,
      key_id,
      rate_limit_per_minute,
      max_running,
      refusal
    FROM
      public.authorize_coordinator($1, $2, $3::inet)
  ),
  ctx AS MATERIALIZED (
    SELECT
      public.set_audit_context('COORDINATOR', id, name, key_id, $4, $3::inet, $5) AS ready
    FROM
      caller
    WHERE
      refusal IS NULL
  ),
  job AS MATERIALIZED (
    SELECT
      job.*
    FROM
      public.jobs AS job,
      caller,
      ctx
    WHERE
      ctx.ready
      AND job.id = $6::uuid
      AND EXISTS (
        SELECT
        FROM
          public.coordinator_workspaces AS allowed
        WHERE
          allowed.coordinator_id = caller.id
          AND allowed.workspace_id = job.workspace_id
      )
    FOR UPDATE OF
      job
  ),
  judged AS MATERIALIZED (
    SELECT
      job.id,
      CASE
        WHEN false THEN 'unchanged'
        WHEN NOT (job.rev = ANY ($7::int[])) THEN 'precondition-failed'
        WHEN (
          (
            $8::int IS NOT NULL
            AND (
              job.status = 'PENDING'
              OR job.attempt <> $8::int
              OR (
                job.status = 'FAILED'
                AND job.outcome_digest IS NULL
              )
            )
          )
          OR (
            $8::int IS NULL
            AND job.status = 'RUNNING'
            AND job.coordinator_id IS DISTINCT FROM caller.id
          )
        ) THEN 'stale-attempt'
        WHEN job.status = 'RUNNING'
        AND (
          $9::float8 > job.progress_percent
          OR $10::bigint > job.tokens_used
          OR (
            $9::float8 >= job.progress_percent
            AND $11::text IS DISTINCT FROM job.current_step
            AND $11::text IS NOT NULL
          )
        ) IS NOT TRUE THEN 'unchanged'
        WHEN job.status = 'RUNNING' THEN 'applied'
        ELSE 'illegal-transition'
      END AS verdict
    FROM
      job,
      caller
  ),
  changed AS (
    UPDATE public.jobs AS job
    SET
      rev = job.rev + 1,
      updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
      current_step = CASE
        WHEN $9::float8 >= job.progress_percent THEN coalesce($11::text, job.current_step)
        ELSE job.current_step
      END,
      progress_percent = greatest(job.progress_percent, $9::float8),
      tokens_used = greatest(job.tokens_used, $10::bigint),
      lease_expires_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()) + pg_catalog.make_interval(secs => job.lease_seconds)
    FROM
      judged,
      caller,
      ctx
    WHERE
      job.id = judged.id
      AND judged.verdict = 'applied'
      AND ctx.ready
    RETURNING
      job.*
  ),
  renewed AS (
    UPDATE public.jobs AS job
    SET
      lease_expires_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()) + pg_catalog.make_interval(secs => job.lease_seconds)
    FROM
      judged
    WHERE
      job.id = judged.id
      AND judged.verdict = 'unchanged'
      AND job.lease_seconds IS NOT NULL
    RETURNING
      job.*
  ),
  present AS (
    SELECT
      *
    FROM
      changed
    UNION ALL
    SELECT
      *
    FROM
      renewed
    UNION ALL
    SELECT
      job.*
    FROM
      job
      JOIN judged USING (id)
    WHERE
      judged.verdict <> 'applied'
      AND NOT EXISTS (
        SELECT
        FROM
          renewed
      )
  )
SELECT
  caller.refusal,
  judged.verdict,
  present.*,
  CASE
    WHEN judged.id IS NULL
    AND caller.refusal IS NULL THEN (
      SELECT
        workspace_id
      FROM
        public.jobs
      WHERE
        id = $6::uuid
    )
  END AS foreign_workspace_id
FROM
  caller
  LEFT JOIN judged ON true
  LEFT JOIN present ON present.id = judged.id
-- Plan:
--   Nested Loop
--     CTE caller: Nested Loop
--       Index Scan using coordinator_keys_kid_key on coordinator_keys
--       Index Scan using coordinators_pkey on coordinators
--     CTE ctx: CTE Scan on caller
--     CTE job: LockRows
--       Nested Loop
--         Nested Loop
--           Nested Loop
--             Index Scan using jobs_pkey on jobs
--             Seq Scan on coordinator_workspaces
--           CTE Scan on caller
--         CTE Scan on ctx
--     CTE judged: Nested Loop
--       CTE Scan on job
--       CTE Scan on caller
--     CTE changed: Update on jobs
--       Nested Loop
--         Nested Loop
--           Nested Loop
--             CTE Scan on judged
--             Index Scan using jobs_pkey on jobs
--           CTE Scan on caller
--         CTE Scan on ctx
--     CTE renewed: Update on jobs
--       Nested Loop
--         CTE Scan on judged
--         Index Scan using jobs_pkey on jobs
--     InitPlan 7: Index Scan using jobs_pkey on jobs
--     CTE Scan on caller
--     Hash Join
--       Append
--         CTE Scan on changed
--         CTE Scan on renewed
--         Result
--           InitPlan 8: CTE Scan on renewed
--           Nested Loop
--             CTE Scan on job
--             CTE Scan on judged
--       Hash
--         CTE Scan on judged
