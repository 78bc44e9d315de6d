import { idMoment } from '../audit-log/reading/audit-log.statement.js';
import type { Caller } from '../common/access/caller.js';
import { onBehalfOf } from '../database/audited-statement.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Recognised } from './found.js';

/** What the answer has at most. */
const MAX_FOUND = 20;
const MAX_JOBS = 10;

const inScope = (workspaceId: string) =>
  Prisma.raw(`(caller.workspace_ids IS NULL OR ${workspaceId} = ANY (caller.workspace_ids))`);

const may = (permission: string) =>
  Prisma.raw(`'${permission}' = ANY (public.operator_permissions(caller.role))`);

const JOB = Prisma.sql`'job', job.id::text,
  concat_ws(' ', job.type, job.repository || coalesce('#' || job.issue_number, '')),
  job.status || ' in ' || workspace.name, job.status NOT IN ('PENDING', 'RUNNING')`;
const KEY = Prisma.sql`'key', key.kid, coalesce(key.name, key.kid), 'key of ' || coordinator.name,
  key.revoked_at IS NOT NULL OR coalesce(key.expires_at <= pg_catalog.statement_timestamp(), false)`;
const COORDINATOR = Prisma.sql`'coordinator', coordinator.id::text, coordinator.name, 'coordinator, ' || lower(coordinator.status::text),
  coordinator.status = 'DELETED'`;
const WORKSPACE = Prisma.sql`'workspace', workspace.id::text, workspace.name, 'workspace ' || workspace.slug, false`;
const OPERATOR = Prisma.sql`'operator', operator.id::text, operator.name, 'operator, ' || operator.role,
  operator.deleted_at IS NOT NULL`;

/** A coordinator without ids is in reach as in `GET /coordinators`. */
const COORDINATOR_IN_REACH = Prisma.sql`(caller.workspace_ids IS NULL OR EXISTS (
  SELECT FROM public.coordinator_workspaces AS allowed
  WHERE allowed.coordinator_id = coordinator.id AND allowed.workspace_id = ANY (caller.workspace_ids)))`;

/**
 * What the text may be, as far as the caller may see it: rows of `refusal`, and `kind`, `id`, `title`, `subtitle` and
 * `ended` of what was found, or one row without it. Each part is one look into an index, or into a small table.
 */
export function findStatement(caller: Caller, recognised: Recognised): Prisma.Sql {
  const parts = partsOf(recognised).map(
    (part, rank) => Prisma.sql`(SELECT ${rank}::int, part.* FROM (${part}) AS part)`,
  );
  const none = Prisma.sql`SELECT 0, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean WHERE false`;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    found (rank, kind, id, title, subtitle, ended) AS (${parts.length === 0 ? none : Prisma.join(parts, ' UNION ALL ')})
    SELECT caller.refusal, found.*
    FROM caller LEFT JOIN (SELECT * FROM found ORDER BY rank, ended LIMIT ${MAX_FOUND}::int) AS found ON caller.refusal IS NULL
    ORDER BY found.rank, found.ended`;
}

function partsOf({ id, kid, repository, issueNumber, requestId, name }: Recognised): Prisma.Sql[] {
  return [
    ...(id === undefined ? [] : byId(id)),
    ...(repository === undefined ? [] : [byRepository(repository, issueNumber)]),
    ...(kid === undefined ? [] : [byKid(kid)]),
    ...(requestId === undefined ? [] : [byRequest(requestId)]),
    ...(name === undefined ? [] : byName(name)),
  ];
}

function byId(id: string): Prisma.Sql[] {
  return [
    Prisma.sql`
      SELECT ${JOB} FROM caller JOIN public.jobs AS job ON job.id = ${id}::uuid AND ${inScope('job.workspace_id')}
      JOIN public.workspaces AS workspace ON workspace.id = job.workspace_id`,
    Prisma.sql`
      SELECT ${COORDINATOR} FROM caller
      JOIN public.coordinators AS coordinator ON coordinator.id = ${id}::uuid AND ${COORDINATOR_IN_REACH}`,
    Prisma.sql`
      SELECT ${WORKSPACE} FROM caller
      JOIN public.workspaces AS workspace ON workspace.id = ${id}::uuid AND ${inScope('workspace.id')}`,
    Prisma.sql`
      SELECT ${KEY} FROM caller JOIN public.coordinator_keys AS key ON key.id = ${id}::uuid AND ${may('system:admin')}
      JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id`,
    Prisma.sql`
      SELECT ${OPERATOR} FROM caller
      JOIN public.operators AS operator ON operator.id = ${id}::uuid AND ${may('system:admin')}`,
    Prisma.sql`
      SELECT 'record', record.id::text, record.action, coalesce(record.actor_name, lower(record.actor_type::text)), false
      FROM caller JOIN public.audit_log AS record
        ON record.id = ${id}::uuid AND record.occurred_at = ${idMoment(id)} AND ${may('audit:read')}
          AND ${inScope('record.workspace_id')}`,
  ];
}

/** Of each workspace in scope that has jobs of the repository, which is one in general. */
function byRepository(repository: string, issueNumber: number | undefined): Prisma.Sql {
  return Prisma.sql`
    SELECT ${JOB} FROM (
      SELECT job.* FROM caller CROSS JOIN public.jobs AS job
      WHERE job.repository = ${repository} AND ${inScope('job.workspace_id')}
        ${issueNumber === undefined ? Prisma.empty : Prisma.sql`AND job.issue_number = ${issueNumber}::int`}
      ORDER BY job.id DESC LIMIT ${MAX_JOBS}::int
    ) AS job JOIN public.workspaces AS workspace ON workspace.id = job.workspace_id`;
}

function byKid(kid: string): Prisma.Sql {
  return Prisma.sql`
    SELECT ${KEY} FROM caller JOIN public.coordinator_keys AS key ON starts_with(key.kid, ${kid}) AND ${may('system:admin')}
    JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
    LIMIT ${MAX_FOUND}::int`;
}

function byRequest(requestId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT 'request', record.request_id, record.request_id, record.action, false
    FROM caller CROSS JOIN LATERAL (
      SELECT * FROM public.audit_log AS of_request
      WHERE ${may('audit:read')} AND of_request.request_id = ${requestId} AND ${inScope('of_request.workspace_id')}
      ORDER BY of_request.occurred_at DESC, of_request.id DESC LIMIT 1
    ) AS record`;
}

function byName(name: string): Prisma.Sql[] {
  const begins = (column: string) => Prisma.sql`starts_with(lower(${Prisma.raw(column)}), lower(${name}))`;
  return [
    Prisma.sql`
      SELECT ${COORDINATOR} FROM caller JOIN public.coordinators AS coordinator
        ON ${begins('coordinator.name')} AND ${COORDINATOR_IN_REACH}
      ORDER BY coordinator.status, coordinator.name LIMIT ${MAX_FOUND}::int`,
    Prisma.sql`
      SELECT ${WORKSPACE} FROM caller JOIN public.workspaces AS workspace
        ON (${begins('workspace.slug')} OR ${begins('workspace.name')}) AND ${inScope('workspace.id')}
      ORDER BY workspace.slug LIMIT ${MAX_FOUND}::int`,
    Prisma.sql`
      SELECT ${OPERATOR} FROM caller JOIN public.operators AS operator
        ON operator.deleted_at IS NULL AND ${begins('operator.name')} AND ${may('system:admin')}
      ORDER BY operator.name LIMIT ${MAX_FOUND}::int`,
  ];
}
