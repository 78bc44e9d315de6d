WITH
  caller AS MATERIALIZED (
    -- the coordinator of each caller; null: it would be refused
    SELECT
      array_agg(
        standing.coordinator_id
        ORDER BY
          given.place
      ) AS ids
    FROM
      unnest($1::text[], $2::text[], $3::inet[]) WITH ORDINALITY AS given(kid, permission, source_address, place)
      LEFT JOIN LATERAL public.authorize_coordinator(given.kid, given.permission, given.source_address) AS standing ON standing.refusal IS NULL
  ),
  claim AS MATERIALIZED (
    SELECT
      wanted.at,
      caller.ids[wanted.caller + 1] AS coordinator_id,
      wanted."workspaceIds" AS workspace_ids,
      wanted.types
    FROM
      caller
      CROSS JOIN jsonb_to_recordset($4::jsonb) AS wanted(at int, caller int, "workspaceIds" uuid[], types text[])
  )
SELECT
  'read' AS kind,
  (read.place - 1)::int AS at,
  NULL::uuid AS job_id
FROM
  caller
  CROSS JOIN unnest($5::uuid[], $6::int[], $7::int[]) WITH ORDINALITY AS read(job_id, rev, caller, place)
WHERE
  read.rev IS DISTINCT FROM (
    SELECT
      job.rev
    FROM
      public.jobs AS job
      JOIN public.coordinator_workspaces AS allowed ON allowed.workspace_id = job.workspace_id
    WHERE
      job.id = read.job_id
      AND allowed.coordinator_id = caller.ids[read.caller + 1]
  )
UNION ALL
SELECT
  'repeat',
  (repeated.place - 1)::int,
  NULL
FROM
  unnest($8::uuid[], $9::text[], $10::text[]) WITH ORDINALITY AS repeated(coordinator_id, route, key, place)
WHERE
  (
    SELECT
      known.created_at
    FROM
      public.idempotency_keys AS known
    WHERE
      known.coordinator_id = repeated.coordinator_id
      AND known.route = repeated.route
      AND known.key = repeated.key
  ) > pg_catalog.statement_timestamp() - interval '24 hours'
UNION ALL
SELECT
  'claim',
  claim.at,
  NULL
FROM
  claim
WHERE
  claim.coordinator_id IS NULL
  OR EXISTS (
    SELECT
    FROM
      unnest(claim.workspace_ids) AS named(id)
    WHERE
      (
        SELECT
          allowed.workspace_id
        FROM
          public.coordinator_workspaces AS allowed
        WHERE
          allowed.coordinator_id = claim.coordinator_id
          AND allowed.workspace_id = named.id
      ) IS NULL
  )
UNION ALL
SELECT
  'claim',
  claim.at,
  best.id
FROM
  claim
  CROSS JOIN LATERAL (
    SELECT
      first.id
    FROM
      public.coordinator_workspaces AS allowed
      JOIN public.workspaces AS workspace ON workspace.id = allowed.workspace_id
      AND (
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
      )
      CROSS JOIN LATERAL (
        SELECT
          job.id,
          job.priority
        FROM
          public.jobs AS job
        WHERE
          job.workspace_id = allowed.workspace_id
          AND job.status = 'PENDING'
          AND job.not_before IS NULL
        ORDER BY
          job.priority DESC,
          job.id
        LIMIT
          1
      ) AS first
    WHERE
      allowed.coordinator_id = (
        SELECT
          caller.id
        FROM
          public.coordinators AS caller
        WHERE
          caller.id = claim.coordinator_id
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
      )
      AND (
        claim.workspace_ids IS NULL
        OR allowed.workspace_id = ANY (claim.workspace_ids)
      )
    ORDER BY
      first.priority DESC,
      first.id
    LIMIT
      1
  ) AS best
WHERE
  claim.types IS NULL
UNION ALL
SELECT
  'claim',
  claim.at,
  best.id
FROM
  claim
  CROSS JOIN LATERAL (
    SELECT
      first.id
    FROM
      public.coordinator_workspaces AS allowed
      JOIN public.workspaces AS workspace ON workspace.id = allowed.workspace_id
      AND (
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
      )
      CROSS JOIN unnest(claim.types) AS wanted(type)
      CROSS JOIN LATERAL (
        SELECT
          job.id,
          job.priority
        FROM
          public.jobs AS job
        WHERE
          job.workspace_id = allowed.workspace_id
          AND job.status = 'PENDING'
          AND job.not_before IS NULL
          AND job.type = wanted.type
        ORDER BY
          job.priority DESC,
          job.id
        LIMIT
          1
      ) AS first
    WHERE
      allowed.coordinator_id = (
        SELECT
          caller.id
        FROM
          public.coordinators AS caller
        WHERE
          caller.id = claim.coordinator_id
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
      )
      AND (
        claim.workspace_ids IS NULL
        OR allowed.workspace_id = ANY (claim.workspace_ids)
      )
    ORDER BY
      first.priority DESC,
      first.id
    LIMIT
      1
  ) AS best
WHERE
  claim.types IS NOT NULL
ORDER BY
  at
-- Plan:
--   Sort
--     CTE caller: Aggregate
--       Sort
--         Hash Join
--           Hash Join
--             Seq Scan on coordinator_keys
--             Hash
--               Seq Scan on coordinators
--           Hash
--             Function Scan
--     CTE claim: Nested Loop
--       CTE Scan on caller
--       Function Scan on jsonb_to_recordset
--     Append
--       Nested Loop
--         CTE Scan on caller
--         Function Scan
--         SubPlan 3: Nested Loop
--           Index Scan using jobs_pkey on jobs
--           Seq Scan on coordinator_workspaces
--       Function Scan
--         SubPlan 4: Index Scan using idempotency_keys_pkey on idempotency_keys
--       CTE Scan on claim
--         SubPlan 6: Function Scan on unnest
--           SubPlan 5: Seq Scan on coordinator_workspaces
--       Nested Loop
--         CTE Scan on claim
--         Limit
--           InitPlan 9: Index Scan using coordinators_pkey on coordinators
--             SubPlan 8: Aggregate
--               Index Scan using jobs_status_workspace_id_idx on jobs
--           Sort
--             Nested Loop
--               Nested Loop
--                 Seq Scan on coordinator_workspaces
--                 Seq Scan on workspaces
--                   SubPlan 7: Aggregate
--                     Index Only Scan using jobs_status_workspace_id_idx on jobs
--               Limit
--                 Index Only Scan using jobs_claimable_idx on jobs
--       Nested Loop
--         CTE Scan on claim
--         Limit
--           InitPlan 12: Index Scan using coordinators_pkey on coordinators
--             SubPlan 11: Aggregate
--               Index Scan using jobs_status_workspace_id_idx on jobs
--           Sort
--             Nested Loop
--               Nested Loop
--                 Nested Loop
--                   Seq Scan on coordinator_workspaces
--                   Seq Scan on workspaces
--                     SubPlan 10: Aggregate
--                       Index Only Scan using jobs_status_workspace_id_idx on jobs
--                 Function Scan on unnest
--               Limit
--                 Index Only Scan using jobs_claimable_type_idx on jobs
