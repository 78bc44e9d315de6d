WITH RECURSIVE
  caller AS MATERIALIZED (
    SELECT
      operator_id AS id,
      operator_name AS name,
      key_id,
      role,
      workspace_ids,
      refusal
    FROM
      public.authorize_operator($1, $2, $3::inet)
  ),
  ctx AS MATERIALIZED (
    SELECT
      public.set_audit_context('OPERATOR', id, name, key_id, $4, $5::inet, $6, $7) AS ready
    FROM
      caller
    WHERE
      refusal IS NULL
  ),
  scope AS MATERIALIZED (
    SELECT
      workspace.id
    FROM
      caller,
      (
        SELECT
          workspace.id
        FROM
          caller
          CROSS JOIN public.workspaces AS workspace
        WHERE
          caller.workspace_ids IS NULL
        UNION ALL
        SELECT DISTINCT
          limited.id
        FROM
          caller
          CROSS JOIN LATERAL unnest(caller.workspace_ids) AS limited(id)
      ) AS workspace
    WHERE
      caller.refusal IS NULL
  ),
  searched AS MATERIALIZED (
    SELECT
      workspace.id,
      newest.id AS newest,
      row_number() OVER (
        ORDER BY
          newest.id DESC
      ) AS rank
    FROM
      scope AS workspace
      CROSS JOIN LATERAL (
        SELECT
          job.id
        FROM
          public.jobs AS job
        WHERE
          (job.workspace_id) >= (workspace.id)
          AND (job.workspace_id) <= (workspace.id)
        ORDER BY
          job.workspace_id DESC,
          job.id DESC
        LIMIT
          1
      ) AS newest
    ORDER BY
      newest.id DESC
    LIMIT
      $8::int
  ),
  scanned AS MATERIALIZED (
    SELECT
      newest.id,
      true AS fits,
      false AS horizon
    FROM
      searched AS workspace
      CROSS JOIN LATERAL (
        SELECT
          job.id
        FROM
          public.jobs AS job
        WHERE
          (job.workspace_id) >= (workspace.id)
          AND (job.workspace_id) <= (workspace.id)
        ORDER BY
          job.workspace_id DESC,
          job.id DESC
        LIMIT
          $9::int
      ) AS newest
  ),
  horizon AS MATERIALIZED (
    SELECT
      id
    FROM
      scanned
    WHERE
      scanned.horizon
    ORDER BY
      id DESC
    LIMIT
      1
  ),
  found AS MATERIALIZED (
    SELECT
      ARRAY(
        SELECT
          id
        FROM
          scanned
        WHERE
          fits
          AND id >= coalesce(
            (
              SELECT
                id
              FROM
                horizon
            ),
            $10::uuid
          )
        ORDER BY
          id DESC
        LIMIT
          $11::int
      ) AS ids
  ),
  page(place, bytes) AS (
    SELECT
      0,
      0::bigint
    UNION ALL
    SELECT
      page.place + 1,
      page.bytes + pg_catalog.octet_length(pg_catalog.to_json(one)::text)
    FROM
      page
      CROSS JOIN LATERAL (
        SELECT
          job.*
        FROM
          found
          CROSS JOIN LATERAL (
            SELECT
              *
            FROM
              public.jobs
            WHERE
              id = found.ids[page.place + 1]
            LIMIT
              1
          ) AS job
      ) AS one
    WHERE
      page.place < $12::int
      AND page.bytes < $13::int
  ),
  shown AS MATERIALIZED (
    SELECT
      max(place) AS jobs
    FROM
      page
  )
SELECT
  caller.refusal,
  job.*,
  true AS allowed,
  CASE
    WHEN shown.jobs < cardinality(found.ids) THEN found.ids[shown.jobs]
    ELSE (
      SELECT
        id
      FROM
        horizon
    )
  END AS next_below_id
FROM
  caller
  CROSS JOIN found
  CROSS JOIN shown
  LEFT JOIN LATERAL (
    SELECT
      job.*
    FROM
      page
      CROSS JOIN LATERAL (
        SELECT
          *
        FROM
          public.jobs
        WHERE
          id = found.ids[page.place]
        LIMIT
          1
      ) AS job
    WHERE
      page.place > 0
  ) AS job ON true
ORDER BY
  job.id DESC
-- Plan:
--   Sort
--     CTE caller: Index Scan using operators_kid_key on operators
--     CTE scope: Nested Loop
--       CTE Scan on caller
--       Append
--         Nested Loop
--           CTE Scan on caller
--           Seq Scan on workspaces
--         Aggregate
--           Nested Loop
--             CTE Scan on caller
--             Function Scan on unnest
--     CTE searched: Limit
--       WindowAgg
--         Sort
--           Nested Loop
--             CTE Scan on scope
--             Limit
--               Index Only Scan Backward using jobs_workspace_id_idx on jobs
--     CTE scanned: Nested Loop
--       CTE Scan on searched
--       Limit
--         Index Only Scan Backward using jobs_workspace_id_idx on jobs
--     CTE horizon: Limit
--       Sort
--         CTE Scan on scanned
--     CTE found: Result
--       InitPlan 7: Limit
--         InitPlan 6: CTE Scan on horizon
--         Sort
--           CTE Scan on scanned
--     CTE page: Recursive Union
--       Result
--       Nested Loop
--         CTE Scan on found
--         Nested Loop
--           WorkTable Scan on page
--           Limit
--             Index Scan using jobs_pkey on jobs
--     CTE shown: Aggregate
--       CTE Scan on page
--     InitPlan 11: CTE Scan on horizon
--     Nested Loop
--       Nested Loop
--         Nested Loop
--           CTE Scan on caller
--           CTE Scan on found
--         CTE Scan on shown
--       Nested Loop
--         CTE Scan on page
--         Limit
--           Index Scan using jobs_pkey on jobs
