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
  )
UPDATE public.jobs AS job
SET
  rev = job.rev + 1,
  updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
  status = (
    CASE
      WHEN job.attempt < job.max_attempts THEN 'PENDING'
      ELSE 'FAILED'
    END
  )::public.job_status,
  retried = false,
  error = $6,
  failed_step = $7,
  gate_results = $8::jsonb,
  continuation_prompt = $9,
  outcome_digest = $10,
  coordinator_id = CASE
    WHEN job.attempt < job.max_attempts THEN NULL
    ELSE job.coordinator_id
  END,
  agent_id = CASE
    WHEN job.attempt < job.max_attempts THEN NULL
    ELSE job.agent_id
  END,
  agent_type = CASE
    WHEN job.attempt < job.max_attempts THEN NULL
    ELSE job.agent_type
  END,
  previous_attempt = CASE
    WHEN job.attempt < job.max_attempts THEN pg_catalog.jsonb_build_object(
      'attempt',
      job.attempt,
      'error',
      $6::text,
      'failedStep',
      $7::text,
      'continuationPrompt',
      $9::text,
      'gateResults',
      $8::jsonb
    )
    ELSE job.previous_attempt
  END,
  (ended_at, duration_seconds, not_before) = (
    SELECT
      CASE
        WHEN job.attempt < job.max_attempts THEN NULL
        ELSE now.at
      END,
      CASE
        WHEN job.attempt < job.max_attempts THEN NULL
        ELSE public.seconds_between(job.started_at, now.at)
      END,
      CASE
        WHEN NOT job.attempt < job.max_attempts
        OR $11::int = 0 THEN NULL
        WHEN $11::int IS NULL THEN public.retry_at(job.retry, job.attempt, now.at)
        ELSE now.at + pg_catalog.make_interval(secs => $11::int)
      END
    FROM
      (
        SELECT
          pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()) AS at
      ) AS now
  ),
  lease_seconds = NULL,
  lease_expires_at = NULL
FROM
  caller
WHERE
  caller.ready
  AND job.id = $12::uuid
  AND EXISTS (
    SELECT
    FROM
      public.coordinator_workspaces AS allowed
    WHERE
      allowed.coordinator_id = caller.id
      AND allowed.workspace_id = job.workspace_id
  )
  AND (
    (
      job.status = $13::public.job_status
      AND job.outcome_digest = $10
    )
    OR EXISTS (
      SELECT
      FROM
        public.job_attempts AS ended
      WHERE
        ended.job_id = job.id
        AND ended.attempt = $14::int
        AND ended.requeue_digest = $10
    )
  ) IS NOT TRUE
  AND (job.rev = ANY ($15::int[])) IS NOT FALSE
  AND (
    (
      (
        $14::int IS NOT NULL
        AND (
          job.status = 'PENDING'
          OR job.attempt <> $14::int
          OR (
            job.status = 'FAILED'
            AND job.outcome_digest IS NULL
          )
        )
      )
      OR (
        $14::int IS NULL
        AND job.status = 'RUNNING'
        AND job.coordinator_id IS DISTINCT FROM caller.id
      )
    )
  ) IS NOT TRUE
  -- IS TRUE: the plan finds the job by its id, not by an index of its status
  AND (job.status = 'RUNNING') IS TRUE
  AND (false) IS NOT TRUE
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
--     CTE caller: Nested Loop
--       Index Scan using coordinator_keys_kid_key on coordinator_keys
--       Index Scan using coordinators_pkey on coordinators
--     Nested Loop
--       Nested Loop
--         Index Scan using jobs_pkey on jobs
--           SubPlan 4: Index Scan using job_attempts_pkey on job_attempts
--         CTE Scan on caller
--       Seq Scan on coordinator_workspaces
--       SubPlan 2: Subquery Scan
--         Result
