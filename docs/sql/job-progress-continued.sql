UPDATE public.jobs AS job
SET
  rev = job.rev + 1,
  updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
  current_step = CASE
    WHEN $1::float8 >= job.progress_percent THEN coalesce($2::text, job.current_step)
    ELSE job.current_step
  END,
  progress_percent = greatest(job.progress_percent, $1::float8),
  tokens_used = greatest(job.tokens_used, $3::bigint),
  lease_expires_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()) + pg_catalog.make_interval(secs => job.lease_seconds)
WHERE
  job.id = $4::uuid
  AND (job.rev = ANY ($5::int[])) IS NOT FALSE
  -- IS TRUE: the plan finds the job by its id, not by an index of its status
  AND (job.status = 'RUNNING') IS TRUE
  AND (
    (
      $1::float8 > job.progress_percent
      OR $3::bigint > job.tokens_used
      OR (
        $1::float8 >= job.progress_percent
        AND $2::text IS DISTINCT FROM job.current_step
        AND $2::text IS NOT NULL
      )
    ) IS NOT TRUE
  ) IS NOT TRUE
  AND job.attempt = $6::int
  AND (
    SELECT
      public.set_audit_context('COORDINATOR', id, name, key_id, $7, $8::inet, $9)
    FROM
      (
        SELECT
          coordinator_id AS id,
          coordinator_name AS name,
          key_id,
          rate_limit_per_minute,
          max_running
        FROM
          public.authorize_coordinator($10, $11, $8::inet)
        WHERE
          refusal IS NULL
      ) AS caller
    WHERE
      EXISTS (
        SELECT
        FROM
          public.coordinator_workspaces AS allowed
        WHERE
          allowed.coordinator_id = caller.id
          AND allowed.workspace_id = job.workspace_id
      )
  )
RETURNING
  job.rev,
  job.progress_percent,
  job.current_step,
  job.tokens_used,
  job.triggers,
  job.trigger_count,
  job.lease_expires_at,
  job.updated_at
-- Plan:
--   Update on jobs
--     Index Scan using jobs_pkey on jobs
--       SubPlan 1: Nested Loop
--         Nested Loop
--           Seq Scan on coordinator_workspaces
--           Index Scan using coordinators_pkey on coordinators
--         Index Scan using coordinator_keys_coordinator_id_idx on coordinator_keys
