import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import type { Job, JsonObject } from './job.js';
import { type JobRow, toJob } from './job-row.js';

export interface Dispatch {
  /** null: the workspace that the repository belongs to */
  workspaceId: string | null;
  type: string;
  /** in lower case */
  repository: string;
  issueNumber: number;
  metadata: JsonObject;
}

type Row = Partial<JobRow> & {
  refusal: string | null;
  workspace_allowed: boolean;
  owner_id: string | null;
  made: boolean | null;
};

/** Jobs that the stitcher makes: at most one active for a repository, issue and type. */
@Injectable()
export class StitchedJobsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * For a delivery that starts no work: even that is answered only to whoever may deliver.
   *
   * @throws DomainError the guard's refusals
   */
  async authorize(caller: Caller): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null }[]>`
      WITH ${onBehalfOf(caller)} SELECT caller.refusal FROM caller`;
    assertAllowed(row);
  }

  /**
   * Makes the job, or finds the active one. Of two that come at once the second waits on the first one's index entry, gets
   * no row, and asks again: its own statement cannot see the winner.
   *
   * @throws DomainError `workspace-forbidden` for a named workspace out of reach, `repository-forbidden` for a repository that
   *   is unknown, out of reach, or another workspace's, and the guard's refusals
   */
  async dispatch(caller: Caller, wanted: Dispatch): Promise<{ job: Job; made: boolean }> {
    // An active job may end between two tries; a further one then makes its own.
    for (let tries = 0; tries < 5; tries++) {
      const [row] = await this.prisma.$queryRaw<Row[]>`
        WITH ${onBehalfOf(caller)},
        reach AS MATERIALIZED (
          SELECT allowed.workspace_id FROM public.coordinator_workspaces AS allowed, caller, ctx
          WHERE ctx.ready AND allowed.coordinator_id = caller.id
        ),
        owner AS MATERIALIZED (
          SELECT known.workspace_id AS id FROM public.workspace_repositories AS known JOIN reach USING (workspace_id)
          WHERE known.repository = ${wanted.repository}
            AND (${wanted.workspaceId}::uuid IS NULL OR known.workspace_id = ${wanted.workspaceId}::uuid)
        ),
        active AS MATERIALIZED (
          SELECT job.* FROM public.jobs AS job JOIN owner ON owner.id = job.workspace_id
          WHERE job.origin = 'STITCHER' AND job.status IN ('PENDING', 'RUNNING') AND job.repository = ${wanted.repository}
            AND job.issue_number = ${wanted.issueNumber}::int AND job.type = ${wanted.type}
        ),
        created AS (
          INSERT INTO public.jobs (workspace_id, type, origin, repository, issue_number, metadata, created_by)
          SELECT owner.id, ${wanted.type}, 'STITCHER', ${wanted.repository}, ${wanted.issueNumber}::int,
            ${JSON.stringify(wanted.metadata)}::jsonb, caller.id
          FROM owner, caller WHERE NOT EXISTS (SELECT FROM active)
          ON CONFLICT (workspace_id, repository, issue_number, type)
            WHERE origin = 'STITCHER' AND status IN ('PENDING', 'RUNNING') DO NOTHING
          RETURNING *
        ),
        present AS (SELECT true AS made, * FROM created UNION ALL SELECT false, * FROM active)
        SELECT caller.refusal, owner.id AS owner_id, present.*,
          (${wanted.workspaceId}::uuid IS NULL OR EXISTS (SELECT FROM reach WHERE workspace_id = ${wanted.workspaceId}::uuid))
            AS workspace_allowed
        FROM caller LEFT JOIN owner ON true LEFT JOIN present ON true`;
      assertAllowed(row);
      if (!row.workspace_allowed) {
        throw accessRefused('workspace-forbidden', {
          ...(wanted.workspaceId !== null && { workspaceId: wanted.workspaceId }),
          resourceType: 'workspace',
        });
      }
      if (row.owner_id === null) throw accessRefused('repository-forbidden', { resourceType: 'repository' });
      if (isJob(row)) return { job: toJob(row), made: row.made === true };
    }
    throw new Error('the active job of an issue could be neither made nor read');
  }
}

function isJob(row: Row): row is Row & JobRow {
  return typeof row.id === 'string';
}
