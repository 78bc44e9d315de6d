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
  found AS (
    SELECT
      job.*
    FROM
      public.jobs AS job,
      caller
    WHERE
      caller.refusal IS NULL
      AND job.id = $6::uuid
      AND EXISTS (
        SELECT
        FROM
          public.coordinator_workspaces AS allowed
        WHERE
          allowed.coordinator_id = caller.id
          AND allowed.workspace_id = job.workspace_id
      )
  )
SELECT
  caller.refusal,
  found.*,
  CASE
    WHEN found.id IS NULL
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
  LEFT JOIN found ON true
-- Plan:
--   Nested Loop
--     CTE caller: Nested Loop
--       Index Scan using coordinator_keys_kid_key on coordinator_keys
--       Index Scan using coordinators_pkey on coordinators
--     InitPlan 2: Index Scan using jobs_pkey on jobs
--     CTE Scan on caller
--     Nested Loop
--       Nested Loop
--         Index Scan using jobs_pkey on jobs
--         Seq Scan on coordinator_workspaces
--       CTE Scan on caller
