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
  workspace AS MATERIALIZED (
    SELECT
      allowed.workspace_id AS id
    FROM
      public.coordinator_workspaces AS allowed,
      caller,
      ctx
    WHERE
      ctx.ready
      AND allowed.coordinator_id = caller.id
      AND allowed.workspace_id = $6::uuid
  ),
  foreign_owner AS MATERIALIZED (
    SELECT
      known.workspace_id
    FROM
      public.workspace_repositories AS known
      JOIN workspace ON workspace.id <> known.workspace_id
    WHERE
      known.repository = $7
  ),
  place AS MATERIALIZED (
    SELECT
      workspace.id
    FROM
      workspace
    WHERE
      NOT EXISTS (
        SELECT
        FROM
          foreign_owner
      )
  ),
  prior AS (
    SELECT
      NULL::uuid AS job_id,
      NULL::boolean AS same_request
    WHERE
      false
  ),
  created AS (
    INSERT INTO
      public.jobs(
        workspace_id,
        type,
        origin,
        repository,
        issue_number,
        priority,
        metadata,
        max_attempts,
        not_before,
        retry,
        created_by
      )
    SELECT
      place.id,
      $8,
      'API'::public.job_origin,
      $7,
      $9::int,
      $10::smallint,
      $11::jsonb,
      $12::smallint,
      CASE
        WHEN $13::timestamptz > pg_catalog.clock_timestamp() THEN $13::timestamptz
      END,
      $14::jsonb,
      caller.id
    FROM
      place,
      caller
    WHERE
      NOT EXISTS (
        SELECT
        FROM
          prior
      )
    RETURNING
      *
  ),
  present AS (
    SELECT
      false AS replayed,
      true AS same_request,
      created.*
    FROM
      created
    UNION ALL
    SELECT
      true,
      prior.same_request,
      job.*
    FROM
      prior
      JOIN public.jobs AS job ON job.id = prior.job_id
  )
SELECT
  caller.refusal,
  workspace.id IS NOT NULL AS allowed,
  EXISTS (
    SELECT
    FROM
      foreign_owner
  ) AS foreign_repository,
  present.*
FROM
  caller
  LEFT JOIN workspace ON true
  LEFT JOIN present ON true
-- Plan:
--   Nested Loop
--     CTE caller: Nested Loop
--       Index Scan using coordinator_keys_kid_key on coordinator_keys
--       Index Scan using coordinators_pkey on coordinators
--     CTE ctx: CTE Scan on caller
--     CTE workspace: Nested Loop
--       Nested Loop
--         Seq Scan on coordinator_workspaces
--         CTE Scan on caller
--       CTE Scan on ctx
--     CTE foreign_owner: Nested Loop
--       Index Scan using workspace_repositories_pkey on workspace_repositories
--       CTE Scan on workspace
--     CTE place: Result
--       InitPlan 5: CTE Scan on foreign_owner
--       CTE Scan on workspace
--     CTE prior: Result
--     CTE created: Insert on jobs
--       Subquery Scan
--         Result
--           InitPlan 8: CTE Scan on prior
--           Nested Loop
--             CTE Scan on place
--             CTE Scan on caller
--     InitPlan 10: CTE Scan on foreign_owner
--     Nested Loop
--       CTE Scan on caller
--       CTE Scan on workspace
--     Append
--       CTE Scan on created
--       Nested Loop
--         CTE Scan on prior
--         Index Scan using jobs_pkey on jobs
