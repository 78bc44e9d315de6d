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
  scope AS MATERIALIZED (
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
  place AS MATERIALIZED (
    SELECT
      scope.id,
      of_scope.max_running,
      of_scope.has_room
    FROM
      scope
      CROSS JOIN caller
      CROSS JOIN LATERAL (
        SELECT
          workspace.max_running,
          (
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
          ) AS has_room
        FROM
          public.workspaces AS workspace
        WHERE
          workspace.id = scope.id
        LIMIT
          1
      ) AS of_scope
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
      AND (
        caller.max_running IS NULL
        OR caller.max_running > (
          SELECT
            count(*)
          FROM
            public.jobs AS run
          WHERE
            run.coordinator_id = caller.id
            AND run.status = 'RUNNING'
        )
      )
  ),
  turn AS MATERIALIZED (
    SELECT
      place.id,
      place.max_running
    FROM
      place
    WHERE
      place.has_room
      -- the workspaces after the previous one, then those from the lowest id on
    ORDER BY
      place.id <= (
        SELECT
          start.id
        FROM
          scope AS start
        ORDER BY
          pg_catalog.random()
        LIMIT
          1
      ),
      place.id
  ),
  candidate AS MATERIALIZED (
    SELECT
      locked.id,
      CASE
        WHEN NOT (
          caller.max_running IS NULL
          AND locked.max_running IS NULL
        ) THEN public.running_limit_reached(caller.id, locked.workspace_id)
      END AS limit_of
    FROM
      caller
      CROSS JOIN (
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
  ),
  claimed AS (
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
      ended_at = NULL,
      lease_seconds = $8::int,
      (started_at, lease_expires_at) = (
        SELECT
          moment.start,
          moment.start + pg_catalog.make_interval(secs => $8::int)
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
      candidate,
      caller,
      ctx
    WHERE
      job.id = candidate.id
      AND candidate.limit_of IS NULL
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
  present.*,
  CASE
    WHEN caller.max_running IS NULL THEN (
      SELECT
        CASE
          WHEN count(place.max_running) = 0 THEN count(*)
        END
      FROM
        place
    )::int
  END AS places,
  present.id IS NULL
  AND EXISTS (
    SELECT
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
  ) AS waiting
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
--     CTE scope: Nested Loop
--       Nested Loop
--         Seq Scan on coordinator_workspaces
--         CTE Scan on caller
--       CTE Scan on ctx
--     CTE forbidden: Result
--     CTE prior: Result
--     CTE place: Result
--       InitPlan 6: CTE Scan on prior
--       InitPlan 7: CTE Scan on forbidden
--       Nested Loop
--         Nested Loop
--           CTE Scan on scope
--           CTE Scan on caller
--             SubPlan 8: Aggregate
--               Index Only Scan using jobs_running_idx on jobs
--         Limit
--           Index Scan using workspaces_pkey on workspaces
--             SubPlan 9: Aggregate
--               Index Only Scan using jobs_status_workspace_id_idx on jobs
--     CTE turn: Sort
--       InitPlan 11: Limit
--         Sort
--           CTE Scan on scope
--       CTE Scan on place
--     CTE candidate: Nested Loop
--       CTE Scan on caller
--       Limit
--         Nested Loop
--           Nested Loop
--             CTE Scan on turn
--             Limit
--               Index Only Scan using jobs_claimable_idx on jobs
--           Subquery Scan
--             LockRows
--               Index Scan using jobs_pkey on jobs
--     CTE claimed: Update on jobs
--       Nested Loop
--         Nested Loop
--           Nested Loop
--             CTE Scan on candidate
--             Index Scan using jobs_pkey on jobs
--           CTE Scan on caller
--         CTE Scan on ctx
--         SubPlan 14: Subquery Scan
--           Result
--     InitPlan 16: Aggregate
--       CTE Scan on place
--     InitPlan 17: Nested Loop
--       CTE Scan on turn
--       Limit
--         Index Only Scan using jobs_claimable_idx on jobs
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
