WITH
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
  )
SELECT
  caller.refusal,
  false AS forbidden,
  page.id,
  page.occurred_at,
  page.actor_type,
  page.actor_id,
  page.actor_name,
  page.key_id,
  page.action,
  page.outcome,
  page.reason,
  page.workspace_id,
  page.resource_type,
  page.resource_id,
  page.rev,
  page.changes,
  page.request_id,
  page.user_agent,
  page.occurrences,
  pg_catalog.host(page.source_ip) AS source_ip,
  (
    SELECT
      key.kid
    FROM
      public.coordinator_keys AS key
    WHERE
      key.id = page.key_id
    UNION ALL
    SELECT
      operator.kid
    FROM
      public.operators AS operator
    WHERE
      operator.id = page.actor_id
      AND operator.key_id = page.key_id
    LIMIT
      1
  ) AS kid,
  page.fits,
  page.horizon
FROM
  caller
  LEFT JOIN (
    SELECT
      measured.*,
      measured.given_up
      OR measured.bytes_before + measured.bytes >= $8::int AS horizon
    FROM
      (
        SELECT
          record.*,
          coalesce(
            sum(record.bytes) OVER (
              ORDER BY
                occurred_at DESC,
                id DESC ROWS BETWEEN UNBOUNDED PRECEDING
                AND 1 PRECEDING
            ),
            0
          )::bigint AS bytes_before
        FROM
          (
            SELECT
              found.*,
              500 + pg_catalog.octet_length(
                pg_catalog.concat(
                  found.changes,
                  found.actor_name,
                  found.action,
                  found.reason,
                  found.resource_type,
                  found.request_id,
                  found.user_agent
                )
              ) AS bytes
            FROM
              (
                SELECT
                  *
                FROM
                  (
                    SELECT
                      one.*
                    FROM
                      caller
                      CROSS JOIN LATERAL (
                        SELECT
                          record.id,
                          record.occurred_at,
                          record.actor_type,
                          record.actor_id,
                          record.actor_name,
                          record.key_id,
                          record.action,
                          record.outcome,
                          record.reason,
                          record.workspace_id,
                          record.resource_type,
                          record.resource_id,
                          record.rev,
                          record.changes,
                          record.request_id,
                          record.user_agent,
                          record.occurrences,
                          record.source_ip,
                          record.source_ip_salt,
                          record.source_ip_commitment,
                          record.user_agent_salt,
                          record.user_agent_commitment,
                          true AS fits,
                          false AS given_up
                        FROM
                          public.audit_log AS record
                        WHERE
                          caller.refusal IS NULL
                          AND caller.workspace_ids IS NULL
                          AND record.actor_id = $9::uuid
                        ORDER BY
                          record.occurred_at DESC,
                          record.id DESC
                        LIMIT
                          $10::int
                      ) AS one
                    UNION ALL
                    SELECT
                      one.*
                    FROM
                      caller
                      CROSS JOIN LATERAL (
                        SELECT
                          record.id,
                          record.occurred_at,
                          record.actor_type,
                          record.actor_id,
                          record.actor_name,
                          record.key_id,
                          record.action,
                          record.outcome,
                          record.reason,
                          record.workspace_id,
                          record.resource_type,
                          record.resource_id,
                          record.rev,
                          record.changes,
                          record.request_id,
                          record.user_agent,
                          record.occurrences,
                          record.source_ip,
                          record.source_ip_salt,
                          record.source_ip_commitment,
                          record.user_agent_salt,
                          record.user_agent_commitment,
                          record.fits,
                          record.number = $11::int AS given_up
                        FROM
                          (
                            SELECT
                              record.*,
                              (record.workspace_id = ANY (caller.workspace_ids)) IS TRUE AS fits,
                              row_number() OVER (
                                ORDER BY
                                  record.occurred_at DESC,
                                  record.id DESC
                              ) AS number
                            FROM
                              (
                                SELECT
                                  *
                                FROM
                                  public.audit_log AS record
                                WHERE
                                  caller.refusal IS NULL
                                  AND pg_catalog.cardinality(caller.workspace_ids) > $12::int
                                  AND record.actor_id = $13::uuid
                                ORDER BY
                                  record.occurred_at DESC,
                                  record.id DESC
                                LIMIT
                                  $14::int
                              ) AS record
                          ) AS record
                        WHERE
                          record.fits
                          OR record.number = $15::int
                        ORDER BY
                          record.occurred_at DESC,
                          record.id DESC
                        LIMIT
                          $16::int
                      ) AS one
                    UNION ALL
                    SELECT
                      one.*
                    FROM
                      caller
                      CROSS JOIN LATERAL (
                        SELECT DISTINCT
                          allowed.id
                        FROM
                          unnest(caller.workspace_ids) AS allowed(id)
                        WHERE
                          pg_catalog.cardinality(caller.workspace_ids) <= $17::int
                      ) AS workspace
                      CROSS JOIN LATERAL (
                        SELECT
                          record.id,
                          record.occurred_at,
                          record.actor_type,
                          record.actor_id,
                          record.actor_name,
                          record.key_id,
                          record.action,
                          record.outcome,
                          record.reason,
                          record.workspace_id,
                          record.resource_type,
                          record.resource_id,
                          record.rev,
                          record.changes,
                          record.request_id,
                          record.user_agent,
                          record.occurrences,
                          record.source_ip,
                          record.source_ip_salt,
                          record.source_ip_commitment,
                          record.user_agent_salt,
                          record.user_agent_commitment,
                          true AS fits,
                          false AS given_up
                        FROM
                          public.audit_log AS record
                        WHERE
                          caller.refusal IS NULL
                          AND true
                          AND record.workspace_id = workspace.id
                          AND record.actor_id = $18::uuid
                        ORDER BY
                          record.occurred_at DESC,
                          record.id DESC
                        LIMIT
                          $19::int
                      ) AS one
                  ) AS merged
                ORDER BY
                  occurred_at DESC,
                  id DESC
                LIMIT
                  $20::int
              ) AS found
          ) AS record
      ) AS measured
    WHERE
      measured.bytes_before < $21::int
  ) AS page ON true
ORDER BY
  page.occurred_at DESC,
  page.id DESC
-- Plan:
--   Sort
--     CTE caller: Index Scan using operators_kid_key on operators
--     Nested Loop
--       CTE Scan on caller
--       Subquery Scan
--         WindowAgg
--           Subquery Scan
--             Limit
--               Sort
--                 Result
--                   Append
--                     Subquery Scan
--                       Nested Loop
--                         CTE Scan on caller
--                         Limit
--                           Append
--                             Result
--                               Index Scan Backward using audit_log_MONTH_actor_id_occurred_at_id_idx on audit_log_MONTH
--                     Subquery Scan
--                       Nested Loop
--                         CTE Scan on caller
--                         Limit
--                           Subquery Scan
--                             WindowAgg
--                               Subquery Scan
--                                 Limit
--                                   Append
--                                     Result
--                                       Index Scan Backward using audit_log_MONTH_actor_id_occurred_at_id_idx on audit_log_MONTH
--                     Subquery Scan
--                       Nested Loop
--                         Nested Loop
--                           CTE Scan on caller
--                           Aggregate
--                             Result
--                               Function Scan on unnest
--                         Limit
--                           Append
--                             Result
--                               Index Scan Backward using audit_log_MONTH_workspace_id_actor_id_occurred_at_id_idx on audit_log_MONTH
--       SubPlan 2: Limit
--         Append
--           Index Scan using coordinator_keys_pkey on coordinator_keys
--           Index Scan using operators_pkey on operators
