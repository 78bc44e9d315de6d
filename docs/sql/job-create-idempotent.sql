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
  prior AS MATERIALIZED (
    SELECT
      known.job_id,
      known.request_digest = $8 AS same_request
    FROM
      caller,
      place,
      public.idempotency_keys AS known
    WHERE
      known.coordinator_id = caller.id
      AND known.route = $9
      AND known.key = $10
      AND known.created_at > pg_catalog.statement_timestamp() - interval '24 hours'
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
      $11,
      'API'::public.job_origin,
      $7,
      $12::int,
      $13::smallint,
      $14::jsonb,
      $15::smallint,
      CASE
        WHEN $16::timestamptz > pg_catalog.clock_timestamp() THEN $16::timestamptz
      END,
      $17::jsonb,
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
  expired AS (
    DELETE FROM public.idempotency_keys AS known USING caller,
    created
    WHERE
      known.coordinator_id = caller.id
      AND known.route = $9
      AND known.key = $10
      AND known.created_at <= pg_catalog.statement_timestamp() - interval '24 hours'
    RETURNING
      1
  ),
  remembered AS (
    INSERT INTO
      public.idempotency_keys(coordinator_id, route, key, request_digest, job_id)
    SELECT
      caller.id,
      $9,
      $10,
      $8,
      created.id
    FROM
      caller,
      created
      -- reads the deletion, and so comes after it
    WHERE
      (
        SELECT
          count(*)
        FROM
          expired
      ) >= 0
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
--     CTE prior: Nested Loop
--       Nested Loop
--         CTE Scan on caller
--         Index Scan using idempotency_keys_pkey on idempotency_keys
--       CTE Scan on place
--     CTE created: Insert on jobs
--       Subquery Scan
--         Result
--           InitPlan 8: CTE Scan on prior
--           Nested Loop
--             CTE Scan on place
--             CTE Scan on caller
--     CTE expired: Delete on idempotency_keys
--       Nested Loop
--         Nested Loop
--           Index Scan using idempotency_keys_pkey on idempotency_keys
--           CTE Scan on caller
--         CTE Scan on created
--     CTE remembered: Insert on idempotency_keys
--       InitPlan 11: Aggregate
--         CTE Scan on expired
--       Result
--         Nested Loop
--           CTE Scan on caller
--           CTE Scan on created
--     InitPlan 13: CTE Scan on foreign_owner
--     Nested Loop
--       CTE Scan on caller
--       CTE Scan on workspace
--     Append
--       CTE Scan on created
--       Nested Loop
--         CTE Scan on prior
--         Index Scan using jobs_pkey on jobs
