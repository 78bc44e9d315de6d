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
  error = $1,
  failed_step = $2,
  gate_results = $3::jsonb,
  continuation_prompt = $4,
  outcome_digest = $5,
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
      $1::text,
      'failedStep',
      $2::text,
      'continuationPrompt',
      $4::text,
      'gateResults',
      $3::jsonb
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
        OR $6::int = 0 THEN NULL
        WHEN $6::int IS NULL THEN public.retry_at(job.retry, job.attempt, now.at)
        ELSE now.at + pg_catalog.make_interval(secs => $6::int)
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
  job.id = $7::uuid
  AND (job.rev = ANY ($8::int[])) IS NOT FALSE
  -- IS TRUE: the plan finds the job by its id, not by an index of its status
  AND (job.status = 'RUNNING') IS TRUE
  AND (false) IS NOT TRUE
  AND (
    SELECT
      public.set_audit_context('COORDINATOR', id, name, key_id, $9, $10::inet, $11)
    FROM
      (
        SELECT
          coordinator_id AS id,
          coordinator_name AS name,
          key_id,
          rate_limit_per_minute,
          max_running
        FROM
          public.authorize_coordinator($12, $13, $10::inet)
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
        (
          job.attempt <> $14::int
          OR (
            $14::int IS NULL
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
--       SubPlan 2: Nested Loop
--         Nested Loop
--           Index Scan using coordinator_keys_kid_key on coordinator_keys
--           Index Scan using coordinators_pkey on coordinators
--         Seq Scan on coordinator_workspaces
