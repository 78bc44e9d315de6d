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
  ),
  oldest AS MATERIALIZED (
    SELECT
      record.id
    FROM
      public.audit_log AS record
    ORDER BY
      record.id
    LIMIT
      $8::int
  ),
  kept AS MATERIALIZED (
    SELECT
      min(leaf.leaf_index) AS leaf_index
    FROM
      oldest
      CROSS JOIN LATERAL (
        SELECT
          *
        FROM
          public.audit_leaves AS of_record
        WHERE
          of_record.record_id = oldest.id
        LIMIT
          1
      ) AS leaf
  ),
  before AS MATERIALIZED (
    SELECT
      leaf.leaf_index,
      leaf.record_id
    FROM
      kept
      CROSS JOIN LATERAL (
        SELECT
          *
        FROM
          public.audit_leaves AS earlier
        WHERE
          earlier.leaf_index < kept.leaf_index
        ORDER BY
          earlier.leaf_index DESC
        LIMIT
          $9::int
      ) AS leaf
  )
SELECT
  caller.refusal,
  false AS forbidden,
  coalesce(
    (
      SELECT
        min(leaf_index)
      FROM
        before
      WHERE
        record_id >= (
          SELECT
            id
          FROM
            oldest
          ORDER BY
            id
          LIMIT
            1
        )
    ),
    kept.leaf_index
  ) AS oldest,
  (
    SELECT
      leaf_index
    FROM
      public.audit_leaves
    ORDER BY
      leaf_index DESC
    LIMIT
      1
  ) AS newest
FROM
  caller
  CROSS JOIN kept
-- Plan:
--   Nested Loop
--     CTE caller: Index Scan using operators_kid_key on operators
--     CTE oldest: Limit
--       Merge Append
--         Index Only Scan using audit_log_MONTH_pkey on audit_log_MONTH
--     CTE kept: Aggregate
--       Nested Loop
--         CTE Scan on oldest
--         Limit
--           Index Scan using audit_leaves_record_key on audit_leaves
--     CTE before: Nested Loop
--       CTE Scan on kept
--       Limit
--         Index Scan Backward using audit_leaves_pkey on audit_leaves
--     InitPlan 6: Aggregate
--       InitPlan 5: Limit
--         CTE Scan on oldest
--       CTE Scan on before
--     InitPlan 7: Limit
--       Index Only Scan Backward using audit_leaves_pkey on audit_leaves
--     CTE Scan on caller
--     CTE Scan on kept

SELECT
  leaf_index AS newest
FROM
  public.audit_leaves
ORDER BY
  leaf_index DESC
LIMIT
  1
-- Plan:
--   Limit
--     Index Only Scan Backward using audit_leaves_pkey on audit_leaves

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
  ),
  leaf AS MATERIALIZED (
    SELECT
      leaf.*
    FROM
      caller
      CROSS JOIN LATERAL (
        SELECT
          *
        FROM
          public.audit_leaves
        WHERE
          leaf_index > $8::bigint
        ORDER BY
          leaf_index
        LIMIT
          $9::int
      ) AS leaf
    WHERE
      caller.refusal IS NULL
      AND NOT false
  ),
  read AS MATERIALIZED (
    SELECT
      leaf.leaf_index,
      record.id IS NULL AS removed,
      CASE
        WHEN record.id IS NOT NULL
        AND (
          caller.workspace_ids IS NULL
          OR record.workspace_id = ANY (caller.workspace_ids)
        ) THEN CASE
          WHEN record.id IS NULL THEN pg_catalog.concat(
            '{"',
            'id":',
            coalesce('"' || leaf.record_id || '"', 'null'),
            ',"',
            'leafIndex":',
            coalesce(leaf.leaf_index::text, 'null'),
            ',"',
            'leafHash":',
            coalesce('"' || pg_catalog.encode(leaf.hash, 'base64') || '"', 'null'),
            '}'
          )
          ELSE pg_catalog.concat(
            '{"',
            'id":',
            coalesce('"' || record.id || '"', 'null'),
            ',"',
            'occurredAt":',
            coalesce(
              '"' || pg_catalog.to_char(record.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"',
              'null'
            ),
            ',"',
            'actorType":',
            coalesce('"' || record.actor_type || '"', 'null'),
            ',"',
            'actorId":',
            coalesce('"' || record.actor_id || '"', 'null'),
            ',"',
            'actorName":',
            coalesce(pg_catalog.to_json(record.actor_name)::text, 'null'),
            ',"',
            'keyId":',
            coalesce('"' || record.key_id || '"', 'null'),
            ',"',
            'action":',
            coalesce(pg_catalog.to_json(record.action)::text, 'null'),
            ',"',
            'outcome":',
            coalesce('"' || record.outcome || '"', 'null'),
            ',"',
            'reason":',
            coalesce(pg_catalog.to_json(record.reason)::text, 'null'),
            ',"',
            'workspaceId":',
            coalesce('"' || record.workspace_id || '"', 'null'),
            ',"',
            'resourceType":',
            coalesce(pg_catalog.to_json(record.resource_type)::text, 'null'),
            ',"',
            'resourceId":',
            coalesce('"' || record.resource_id || '"', 'null'),
            ',"',
            'rev":',
            coalesce(record.rev::text, 'null'),
            ',"',
            'requestId":',
            coalesce(pg_catalog.to_json(record.request_id)::text, 'null'),
            ',"',
            'sourceIp":',
            coalesce('"' || pg_catalog.host(record.source_ip) || '"', 'null'),
            ',"',
            'userAgent":',
            coalesce(pg_catalog.to_json(record.user_agent)::text, 'null'),
            ',"',
            'occurrences":',
            coalesce(record.occurrences::text, 'null'),
            ',"',
            'leafIndex":',
            coalesce(leaf.leaf_index::text, 'null'),
            ',"',
            'leafHash":',
            coalesce('"' || pg_catalog.encode(leaf.hash, 'base64') || '"', 'null'),
            ',"',
            'sourceIpSalt":',
            coalesce('"' || pg_catalog.encode(record.source_ip_salt, 'base64') || '"', 'null'),
            ',"',
            'sourceIpCommitment":',
            coalesce('"' || pg_catalog.encode(record.source_ip_commitment, 'base64') || '"', 'null'),
            ',"',
            'userAgentSalt":',
            coalesce('"' || pg_catalog.encode(record.user_agent_salt, 'base64') || '"', 'null'),
            ',"',
            'userAgentCommitment":',
            coalesce('"' || pg_catalog.encode(record.user_agent_commitment, 'base64') || '"', 'null'),
            ',"changes":',
            record.changes::text,
            '}'
          )
        END
      END AS line
    FROM
      caller
      CROSS JOIN leaf
      LEFT JOIN LATERAL (
        SELECT
          *
        FROM
          public.audit_log AS record
        WHERE
          record.id = leaf.record_id
          AND record.occurred_at = pg_catalog.to_timestamp(
            ('x' || pg_catalog.substr(pg_catalog.replace(leaf.record_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0
          )
        LIMIT
          1
      ) AS record ON true
  ),
  measured AS (
    SELECT
      read.leaf_index,
      read.line,
      coalesce(
        sum(pg_catalog.octet_length(read.line)) OVER (
          ORDER BY
            read.leaf_index ROWS BETWEEN UNBOUNDED PRECEDING
            AND 1 PRECEDING
        ),
        0
      )::bigint AS bytes_before
    FROM
      read
    WHERE
      read.line IS NOT NULL
  )
SELECT
  caller.refusal,
  false AS forbidden,
  scan.found,
  scan.last,
  scan.removed,
  scan.matches,
  batch.leaf_index AS position,
  batch.line
FROM
  caller
  CROSS JOIN (
    SELECT
      count(*)::int AS found,
      max(leaf_index) AS last,
      min(leaf_index) FILTER (
        WHERE
          removed
      ) AS removed,
      count(line)::int AS matches
    FROM
      read
  ) AS scan
  LEFT JOIN (
    SELECT
      *
    FROM
      measured
    WHERE
      bytes_before < $10::int
  ) AS batch ON true
ORDER BY
  batch.leaf_index
-- Plan:
--   Sort
--     CTE caller: Index Scan using operators_kid_key on operators
--     CTE leaf: Nested Loop
--       CTE Scan on caller
--       Limit
--         Index Scan using audit_leaves_pkey on audit_leaves
--     CTE read: Nested Loop
--       Nested Loop
--         CTE Scan on caller
--         CTE Scan on leaf
--       Limit
--         Append
--           Index Scan using audit_log_MONTH_pkey on audit_log_MONTH
--     Nested Loop
--       Nested Loop
--         CTE Scan on caller
--         Aggregate
--           CTE Scan on read
--       Subquery Scan
--         WindowAgg
--           Sort
--             CTE Scan on read
