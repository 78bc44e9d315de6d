WITH
  caller AS MATERIALIZED (
    SELECT
      coordinator_id AS id,
      coordinator_name AS name,
      key_id,
      rate_limit_per_minute,
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
  reach AS MATERIALIZED (
    SELECT
      allowed.workspace_id AS id
    FROM
      public.coordinator_workspaces AS allowed,
      caller,
      ctx
    WHERE
      ctx.ready
      AND allowed.coordinator_id = caller.id
  ),
  forbidden AS MATERIALIZED (
    SELECT
      NULL::uuid AS id
    WHERE
      false
  ),
  prior AS (
    SELECT
      NULL::uuid AS job_id,
      NULL::boolean AS same_request
    WHERE
      false
  ),
  waiting AS MATERIALIZED (
    SELECT
      first.id,
      first.priority
    FROM
      reach
      CROSS JOIN LATERAL (
        SELECT
          job.id,
          job.priority
        FROM
          public.jobs AS job
        WHERE
          job.workspace_id = reach.id
          AND job.status = 'PENDING'
        ORDER BY
          job.priority DESC,
          job.id
        LIMIT
          32
      ) AS first
    WHERE
      NOT EXISTS (
        SELECT
        FROM
          prior
      )
      AND NOT EXISTS (
        SELECT
        FROM
          forbidden
      )
  ),
  candidate AS MATERIALIZED (
    SELECT
      locked.id
    FROM
      (
        SELECT
          id
        FROM
          waiting
        ORDER BY
          priority DESC,
          id
      ) AS best
      CROSS JOIN LATERAL (
        SELECT
          job.id
        FROM
          public.jobs AS job
        WHERE
          job.id = best.id
          AND job.status = 'PENDING'
        FOR UPDATE OF
          job SKIP LOCKED
      ) AS locked
    LIMIT
      1
  ),
  claimed AS (
    UPDATE public.jobs AS job
    SET
      rev = job.rev + 1,
      updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
      status = 'RUNNING',
      attempt = job.attempt + 1,
      retried = false,
      triggers_seen = job.trigger_count,
      coordinator_id = caller.id,
      agent_id = $6,
      agent_type = $7,
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
      started_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
      ended_at = NULL,
      lease_seconds = $8::int,
      lease_expires_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()) + pg_catalog.make_interval(secs => $8::int)
    FROM
      candidate,
      caller,
      ctx
    WHERE
      job.id = candidate.id
      AND ctx.ready
    RETURNING
      job.*
  ),
  present AS (
    SELECT
      false AS replayed,
      true AS same_request,
      claimed.*
    FROM
      claimed
    UNION ALL
    SELECT
      true,
      prior.same_request,
      job.*
    FROM
      prior
      JOIN public.jobs AS job ON job.id = prior.job_id
      JOIN public.coordinator_workspaces AS allowed ON allowed.workspace_id = job.workspace_id
      JOIN caller ON caller.id = allowed.coordinator_id
  )
SELECT
  caller.refusal,
  forbidden.id AS forbidden_workspace_id,
  EXISTS (
    SELECT
    FROM
      waiting
  ) AS waiting,
  present.*
FROM
  caller
  LEFT JOIN forbidden ON true
  LEFT JOIN present ON true
-- Plan:
--   Nested Loop
--     CTE caller: Nested Loop
--       Index Scan using coordinator_keys_kid_key on coordinator_keys
--       Index Scan using coordinators_pkey on coordinators
--     CTE ctx: CTE Scan on caller
--     CTE reach: Nested Loop
--       Nested Loop
--         Seq Scan on coordinator_workspaces
--         CTE Scan on caller
--       CTE Scan on ctx
--     CTE forbidden: Result
--     CTE prior: Result
--     CTE waiting: Result
--       InitPlan 6: CTE Scan on prior
--       InitPlan 7: CTE Scan on forbidden
--       Nested Loop
--         CTE Scan on reach
--         Limit
--           Index Only Scan using jobs_claimable_idx on jobs
--     CTE candidate: Limit
--       Nested Loop
--         Sort
--           CTE Scan on waiting
--         Subquery Scan
--           LockRows
--             Index Scan using jobs_pkey on jobs
--     CTE claimed: Update on jobs
--       Nested Loop
--         Nested Loop
--           Nested Loop
--             CTE Scan on candidate
--             Index Scan using jobs_pkey on jobs
--           CTE Scan on caller
--         CTE Scan on ctx
--     InitPlan 11: CTE Scan on waiting
--     Nested Loop
--       CTE Scan on caller
--       CTE Scan on forbidden
--     Append
--       CTE Scan on claimed
--       Nested Loop
--         Nested Loop
--           Nested Loop
--             CTE Scan on prior
--             Index Scan using jobs_pkey on jobs
--           Index Scan using coordinator_workspaces_workspace_id_idx on coordinator_workspaces
--         CTE Scan on caller
