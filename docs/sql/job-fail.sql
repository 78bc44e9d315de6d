UPDATE public.jobs AS job
SET
  rev = job.rev + 1,
  updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
  status = 'FAILED',
  final = $1::boolean,
  retried = false,
  not_before = NULL,
  error = $2,
  failed_step = $3,
  gate_results = $4::jsonb,
  continuation_prompt = $5,
  outcome_digest = $6,
  (ended_at, duration_seconds) = (
    SELECT
      now.at,
      CASE
        WHEN job.status = 'RUNNING' THEN coalesce($7::float8, public.seconds_between(job.started_at, now.at))
        ELSE job.duration_seconds
      END
    FROM
      (
        SELECT
          pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()) AS at
      ) AS now
  ),
  lease_seconds = NULL,
  lease_expires_at = NULL
WHERE
  job.id = $8::uuid
  AND (job.rev = ANY ($9::int[])) IS NOT FALSE
  -- IS TRUE: the plan finds the job by its id, not by an index of its status
  AND (job.status IN ('PENDING', 'RUNNING')) IS TRUE
  AND (false) IS NOT TRUE
  AND (
    SELECT
      public.set_audit_context('COORDINATOR', id, name, key_id, $10, $11::inet, $12)
    FROM
      (
        SELECT
          coordinator_id AS id,
          coordinator_name AS name,
          key_id,
          rate_limit_per_minute,
          max_running
        FROM
          public.authorize_coordinator($13, $14, $11::inet)
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
      AND (
        job.status = $15::public.job_status
        AND job.outcome_digest = $6
      ) IS NOT TRUE
      AND (
        (
          (
            $16::int IS NOT NULL
            AND (
              job.status = 'PENDING'
              OR job.attempt <> $16::int
              OR (
                job.status = 'FAILED'
                AND job.outcome_digest IS NULL
              )
            )
          )
          OR (
            $16::int IS NULL
            AND job.status = 'RUNNING'
            AND job.coordinator_id IS DISTINCT FROM caller.id
          )
        )
      ) IS NOT TRUE
  )
RETURNING
  job.id,
  job.workspace_id,
  job.type,
  job.status,
  job.attempt,
  job.max_attempts,
  job.rev,
  job.repository,
  job.issue_number,
  job.priority,
  job.not_before,
  job.retry,
  job.final,
  job.metadata,
  job.coordinator_id,
  job.agent_id,
  job.agent_type,
  job.progress_percent,
  job.current_step,
  job.tokens_used,
  job.duration_seconds,
  job.result,
  job.error,
  job.failed_step,
  job.gate_results,
  job.continuation_prompt,
  job.previous_attempt,
  job.triggers,
  job.trigger_count,
  job.lease_expires_at,
  job.started_at,
  job.ended_at,
  job.created_at,
  job.updated_at
-- Plan:
--   Update on jobs
--     Index Scan using jobs_pkey on jobs
--       SubPlan 1: Subquery Scan
--         Result
--       SubPlan 2: Result
--         Nested Loop
--           Nested Loop
--             Index Scan using coordinator_keys_kid_key on coordinator_keys
--             Index Scan using coordinators_pkey on coordinators
--           Seq Scan on coordinator_workspaces
