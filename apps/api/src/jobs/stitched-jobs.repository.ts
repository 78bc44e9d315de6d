import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { stringifyJson } from '../common/exact-json.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { Prisma } from '../generated/prisma/client.js';
import { retryOnConflict } from './idempotency.js';
import { prior, remember } from './idempotency.statement.js';
import type { Idempotency, Job, JsonObject, RetryPolicy } from './job.js';
import { isJobRow, type JobRow, toJob } from './job-row.js';
import { heldUntil } from './job-transitions.statement.js';
import { IdempotencyKeyReusedError } from './jobs.errors.js';

export interface Dispatch {
  /** null: the workspace of the repository */
  workspaceId: string | null;
  type: string;
  /** in lower case */
  repository: string;
  issueNumber: number;
  metadata: JsonObject;
  notBefore: Date | null;
  retry: RetryPolicy | null;
}

type Row = Partial<JobRow> & {
  refusal: string | null;
  workspace_allowed: boolean;
  owner_id: string | null;
  how: 'made' | 'active' | 'replayed' | null;
  same_request: boolean | null;
};

export interface Dispatched {
  job: Job;
  /** `made`: new. `active`: an active job existed. `replayed`: this `Idempotency-Key` made the job before. */
  how: 'made' | 'active' | 'replayed';
}

/** Makes jobs for the stitcher: at most one active job per repository, issue and type. */
@Injectable()
export class StitchedJobsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Makes the job, or finds the active job, or the job that this `Idempotency-Key` made within 24 hours. If two
   * requests come at once, the second waits for the first one's index entry and retries, because its own statement
   * cannot see the new job.
   *
   * @throws DomainError `workspace-forbidden` if the named workspace is outside the workspace scope,
   *   `repository-forbidden` if the repository is unknown, outside the workspace scope, or of another workspace,
   *   `idempotency-key-reused`, and the refusals of `assertAllowed`
   */
  async dispatch(caller: Caller, wanted: Dispatch, idempotency: Idempotency | null): Promise<Dispatched> {
    // An active job may end between two tries. A further try then makes a new job.
    for (let tries = 0; tries < 5; tries++) {
      const [row] = await retryOnConflict(() =>
        this.prisma.rows<Row>(dispatchStatement(caller, wanted, idempotency)),
      );
      assertAllowed(row);
      if (!row.workspace_allowed) {
        throw accessRefused('workspace-forbidden', {
          ...(wanted.workspaceId !== null && { workspaceId: wanted.workspaceId }),
          resourceType: 'workspace',
        });
      }
      if (row.owner_id === null) throw accessRefused('repository-forbidden', { resourceType: 'repository' });
      if (row.same_request === false) throw new IdempotencyKeyReusedError();
      if (isJobRow(row) && row.how !== null) return { job: toJob(row), how: row.how };
    }
    throw new Error('the active job of an issue could be neither created nor read');
  }
}

function dispatchStatement(caller: Caller, wanted: Dispatch, idempotency: Idempotency | null): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    scope AS MATERIALIZED (
      SELECT allowed.workspace_id FROM public.coordinator_workspaces AS allowed, caller, ctx
      WHERE ctx.ready AND allowed.coordinator_id = caller.id
    ),
    owner AS MATERIALIZED (
      SELECT known.workspace_id AS id, known.repository_key
      FROM public.workspace_repositories AS known JOIN scope USING (workspace_id)
      WHERE known.repository = ${wanted.repository}
        AND (${wanted.workspaceId}::uuid IS NULL OR known.workspace_id = ${wanted.workspaceId}::uuid)
      -- the job must have the key that a delivery at the same time gives the repository
      FOR KEY SHARE OF known
    ),
    ${prior(idempotency, Prisma.sql`FROM caller, owner`)},
    active AS MATERIALIZED (
      SELECT job.* FROM public.jobs AS job JOIN owner ON owner.id = job.workspace_id
      WHERE job.origin = 'STITCHER' AND job.status IN ('PENDING', 'RUNNING') AND job.repository_key = owner.repository_key
        AND job.issue_number = ${wanted.issueNumber}::int AND job.type = ${wanted.type}
        AND NOT EXISTS (SELECT FROM prior)
    ),
    created AS (
      INSERT INTO public.jobs (workspace_id, type, origin, repository, repository_key, issue_number, metadata, not_before, retry, created_by)
      SELECT owner.id, ${wanted.type}, 'STITCHER', ${wanted.repository}, owner.repository_key, ${wanted.issueNumber}::int,
        ${stringifyJson(wanted.metadata)}::jsonb, ${heldUntil(wanted.notBefore)},
        ${wanted.retry && stringifyJson(wanted.retry)}::jsonb, caller.id
      FROM owner, caller
      WHERE NOT EXISTS (SELECT FROM active) AND NOT EXISTS (SELECT FROM prior)
      ON CONFLICT (workspace_id, repository_key, issue_number, type)
        WHERE origin = 'STITCHER' AND status IN ('PENDING', 'RUNNING') DO NOTHING
      RETURNING *
    ),
    ${remember(idempotency, Prisma.sql`created`)}
    present AS (
      SELECT 'made' AS how, true AS same_request, created.* FROM created
      UNION ALL
      SELECT 'active', true, active.* FROM active
      UNION ALL
      SELECT 'replayed', prior.same_request, job.* FROM prior JOIN public.jobs AS job ON job.id = prior.job_id
    )
    SELECT caller.refusal, owner.id AS owner_id, present.*,
      (${wanted.workspaceId}::uuid IS NULL OR EXISTS (SELECT FROM scope WHERE workspace_id = ${wanted.workspaceId}::uuid))
        AS workspace_allowed
    FROM caller LEFT JOIN owner ON true LEFT JOIN present ON true`;
}
