import type { Caller } from '../common/access/caller.js';
import { onBehalfOf } from '../database/audited-statement.js';
import { Prisma } from '../generated/prisma/client.js';

/** Lines of one kind; more of them would not be read one by one. */
const MAX_OF_A_KIND = 20;
/** Records of refusals that are read in search of floods. */
const MAX_SCANNED = 10_000;
/** Jobs of a status that are counted. */
const MAX_COUNTED = 1_000;
/** Workspaces whose jobs are counted. */
const MAX_WORKSPACES = 500;
/** Refusals of one reason from one address that make a line. */
const FLOOD = 100;

/** SQL: a time as the API writes it. */
const iso = (column: string) =>
  Prisma.raw(`pg_catalog.to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

const NOW = Prisma.sql`pg_catalog.statement_timestamp()`;

/** SQL: `key` is accepted, and its coordinator exists. */
const LIVE_KEYS = Prisma.sql`
  FROM rights JOIN public.coordinator_keys AS key ON rights.is_admin
  JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id AND coordinator.status <> 'DELETED'
  LEFT JOIN public.coordinator_key_uses AS use ON use.key_id = key.id
  WHERE key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > ${NOW})`;

const OF_KEY = Prisma.sql`'key', key.id::text, key.kid, pg_catalog.jsonb_build_object(
  'coordinatorId', key.coordinator_id, 'coordinatorName', coordinator.name, 'createdAt', ${iso('key.created_at')},
  'expiresAt', ${iso('key.expires_at')}, 'lastUsedAt', ${iso('use.last_used_at')})`;

/** SQL: how many jobs of `workspace` have the status, up to {@link MAX_COUNTED}, as a range of one index. */
function jobsWith(status: 'RUNNING' | 'PENDING'): Prisma.Sql {
  const place = Prisma.sql`(${Prisma.raw(`'${status}'`)}::public.job_status, workspace.id)`;
  return Prisma.sql`(
    SELECT count(*)::int FROM (
      SELECT FROM public.jobs AS job
      WHERE (job.status, job.workspace_id) >= ${place} AND (job.status, job.workspace_id) <= ${place}
      LIMIT ${MAX_COUNTED}::int
    ) AS counted)`;
}

/**
 * What may need a person, as far as the caller may see it: rows of `refusal`, `is_admin`, `sees_all`, `as_of` and one
 * line, or one row without a line. Each part reads a bounded number of rows of jobs and of the log.
 */
export function attentionStatement(caller: Caller): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    rights AS MATERIALIZED (
      SELECT caller.workspace_ids, 'system:admin' = ANY (public.operator_permissions(caller.role)) AS is_admin,
        'audit:read' = ANY (public.operator_permissions(caller.role)) AND caller.workspace_ids IS NULL AS sees_all
      FROM caller WHERE caller.refusal IS NULL
    ),
    line (kind, severity, since, count, subject_kind, subject_id, subject_name, values) AS (
      (SELECT 'key-ends', CASE WHEN key.expires_at < ${NOW} + interval '3 days' THEN 'critical' ELSE 'warning' END,
          NULL::timestamptz, 1, ${OF_KEY}
        ${LIVE_KEYS} AND key.expires_at < ${NOW} + interval '14 days' AND key.rotated_at IS NULL
        ORDER BY key.expires_at LIMIT ${MAX_OF_A_KIND}::int)
      UNION ALL
      (SELECT 'old-key-used', 'warning', key.rotated_at, 1, ${OF_KEY}
        ${LIVE_KEYS} AND key.rotated_at IS NOT NULL AND use.last_used_at > key.rotated_at
        ORDER BY key.expires_at LIMIT ${MAX_OF_A_KIND}::int)
      UNION ALL
      (SELECT 'key-never-used', 'info', key.created_at, 1, ${OF_KEY}
        ${LIVE_KEYS} AND key.created_at < ${NOW} - interval '7 days' AND use.last_used_at IS NULL
        ORDER BY key.created_at DESC LIMIT ${MAX_OF_A_KIND}::int)
      UNION ALL
      (SELECT 'refusals', 'warning', min(record.occurred_at), sum(record.occurrences)::int, 'address', NULL,
          host(record.source_ip), pg_catalog.jsonb_build_object('reason', record.reason)
        FROM rights CROSS JOIN LATERAL (
          SELECT * FROM public.audit_log AS refused
          WHERE rights.sees_all AND refused.outcome = 'DENIED' AND refused.occurred_at > ${NOW} - interval '10 minutes'
          ORDER BY refused.occurred_at DESC, refused.id DESC LIMIT ${MAX_SCANNED}::int
        ) AS record
        WHERE record.source_ip IS NOT NULL
        GROUP BY record.source_ip, record.reason HAVING sum(record.occurrences) >= ${FLOOD}::int
        ORDER BY 4 DESC LIMIT ${MAX_OF_A_KIND}::int)
      UNION ALL
      (SELECT 'coordinator-limited', 'warning', min(record.occurred_at), sum(record.occurrences)::int, 'coordinator',
          coordinator.id::text, coordinator.name,
          pg_catalog.jsonb_build_object('rateLimitPerMinute', coordinator.rate_limit_per_minute)
        FROM rights CROSS JOIN LATERAL (
          SELECT * FROM public.audit_log AS limited
          WHERE rights.sees_all AND limited.action = 'rate.limited' AND limited.occurred_at > ${NOW} - interval '1 hour'
          ORDER BY limited.occurred_at DESC, limited.id DESC LIMIT ${MAX_SCANNED}::int
        ) AS record JOIN public.coordinators AS coordinator ON coordinator.id = record.actor_id
        WHERE coordinator.status <> 'DELETED'
        GROUP BY coordinator.id
        ORDER BY 4 DESC LIMIT ${MAX_OF_A_KIND}::int)
      UNION ALL
      (SELECT 'workspace-full', 'warning', NULL, workspace.pending, 'workspace', workspace.id::text, workspace.name,
          pg_catalog.jsonb_build_object('slug', workspace.slug, 'running', workspace.running,
            'maxRunning', workspace.max_running, 'pending', workspace.pending)
        FROM (
          SELECT workspace.*, ${jobsWith('RUNNING')} AS running, ${jobsWith('PENDING')} AS pending
          FROM rights CROSS JOIN LATERAL (
            SELECT * FROM public.workspaces AS limited
            WHERE limited.max_running IS NOT NULL AND (rights.workspace_ids IS NULL OR limited.id = ANY (rights.workspace_ids))
            ORDER BY limited.created_at DESC LIMIT ${MAX_WORKSPACES}::int
          ) AS workspace
        ) AS workspace
        WHERE workspace.running >= least(workspace.max_running, ${MAX_COUNTED}::int) AND workspace.pending > 0
        ORDER BY workspace.pending DESC LIMIT ${MAX_OF_A_KIND}::int)
      UNION ALL
      (SELECT 'jobs-without-lease', 'warning', min(job.updated_at), count(*)::int, 'server', NULL, NULL, '{}'::jsonb
        FROM (
          SELECT job.updated_at
          FROM rights CROSS JOIN LATERAL (
            SELECT * FROM public.jobs AS running
            WHERE running.status = 'RUNNING' AND (rights.workspace_ids IS NULL OR running.workspace_id = ANY (rights.workspace_ids))
            ORDER BY running.status, running.workspace_id, running.id LIMIT ${MAX_SCANNED}::int
          ) AS job
          WHERE job.lease_seconds IS NULL AND job.updated_at < ${NOW} - interval '1 hour'
        ) AS job
        HAVING count(*) > 0)
    )
    SELECT caller.refusal, rights.is_admin, rights.sees_all, ${NOW} AS as_of, line.*
    FROM caller LEFT JOIN rights ON true LEFT JOIN line ON true`;
}
