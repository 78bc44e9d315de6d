UPDATE public.jobs AS job
SET
  rev = job.rev + 1,
  updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
  status = 'PENDING',
  retried = true,
  coordinator_id = NULL,
  agent_id = NULL,
  agent_type = NULL,
  outcome_digest = NULL,
  ended_at = NULL,
  previous_attempt = public.previous_attempt(job, NULL),
  lease_seconds = NULL,
  lease_expires_at = NULL
WHERE
  job.id = $1::uuid
  AND (job.rev = ANY ($2::int[])) IS NOT FALSE
  -- IS TRUE: the plan finds the job by its id, not by an index of its status
  AND (
    job.status = 'FAILED'
    AND NOT job.final
    AND job.attempt < job.max_attempts
  ) IS TRUE
  AND (false) IS NOT TRUE
  AND (
    SELECT
      public.set_audit_context('COORDINATOR', id, name, key_id, $3, $4::inet, $5)
    FROM
      (
        SELECT
          coordinator_id AS id,
          coordinator_name AS name,
          key_id,
          rate_limit_per_minute,
          max_running
        FROM
          public.authorize_coordinator($6, $7, $4::inet)
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
        job.status = 'PENDING'
        AND job.retried
        AND job.attempt = $8::int
      ) IS NOT TRUE
      AND (
        (
          $8::int IS NOT NULL
          AND job.attempt <> $8::int
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
--       SubPlan 1: Result
--         Nested Loop
--           Nested Loop
--             Seq Scan on coordinator_workspaces
--             Index Scan using coordinators_pkey on coordinators
--           Index Scan using coordinator_keys_coordinator_id_idx on coordinator_keys
