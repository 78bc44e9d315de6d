import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed, givenCaller, kindOf, onBehalfOf } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { given, shapes } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import { retryOnConflict } from './idempotency.js';
import { GIVEN_IDEMPOTENCY, prior, remember } from './idempotency.statement.js';
import type { Idempotency, Job } from './job.js';
import { isJobRow, type JobRow, toJob } from './job-row.js';
import { begin, CLOCK_TIME } from './job-transitions.statement.js';
import { IdempotencyKeyReusedError } from './jobs.errors.js';

const MAX_TRIES = 3;

export interface Claim {
  /** null: every workspace that the caller may touch */
  workspaceIds: string[] | null;
  /** null: any */
  types: string[] | null;
  agentId: string;
  agentType: string | null;
  leaseSeconds: number;
}

type Row = Partial<JobRow> & {
  refusal: string | null;
  forbidden_workspace_id: string | null;
  waiting: boolean;
  replayed: boolean | null;
  same_request: boolean | null;
};

/** Gives PENDING jobs to coordinators. */
@Injectable()
export class JobClaimsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Starts the PENDING job with the highest priority; among equals, the oldest. Returns null if there is none. It skips
   * jobs that another claim has locked. So no job is given out twice, and no claim waits.
   *
   * @throws DomainError `workspace-forbidden`, `idempotency-key-reused`, and the refusals of `assertAllowed`
   */
  async claim(
    caller: Caller,
    wanted: Claim,
    idempotency: Idempotency | null,
  ): Promise<{ job: Job; replayed: boolean } | null> {
    for (let tries = 1; ; tries++) {
      const [row] = await retryOnConflict(() =>
        this.prisma.rows<Row>(claimStatement({ caller, wanted, idempotency })),
      );
      assertAllowed(row);
      if (row.forbidden_workspace_id !== null) {
        throw accessRefused('workspace-forbidden', {
          workspaceId: row.forbidden_workspace_id,
          resourceType: 'workspace',
        });
      }
      if (row.same_request === false) throw new IdempotencyKeyReusedError();
      if (isJobRow(row)) return { job: toJob(row), replayed: row.replayed === true };
      // Other claims hold all jobs that this try saw. There may be more jobs behind them.
      if (!row.waiting || tries === MAX_TRIES) return null;
    }
  }
}

interface Claiming {
  caller: Caller;
  wanted: Claim;
  idempotency: Idempotency | null;
}

/**
 * More jobs than other claims hold at any moment. It is not a parameter: for an unknown limit, Postgres estimates a
 * tenth of all rows.
 */
const FIRST_OF_EACH = Prisma.raw('32');

/**
 * Each workspace, or each type in it, contributes its first jobs. They come from `jobs_claimable_idx` or
 * `jobs_claimable_type_idx`, without a sort, and the cost does not depend on the number of waiting jobs. The statement
 * takes the best of these jobs that no other claim holds. It looks up and locks one job after the other, until it gets
 * a lock. With a join to the whole set, Postgres may read all jobs.
 */
export const claimStatement = shapes(
  ({ caller, wanted, idempotency }: Claiming) => [
    kindOf(caller),
    wanted.workspaceIds !== null,
    wanted.types !== null,
    idempotency !== null,
  ],
  (kind, namesWorkspaces, namesTypes, isRepeatable) => {
    const wanted = (from: (wanted: Claim) => unknown) => given((it: Claiming) => from(it.wanted));
    const workspaceIds = namesWorkspaces ? wanted((it) => it.workspaceIds) : null;
    const types = namesTypes ? wanted((it) => it.types) : null;
    const idempotency = isRepeatable ? GIVEN_IDEMPOTENCY : null;
    const agent = {
      agentId: wanted((it) => it.agentId),
      agentType: wanted((it) => it.agentType),
      leaseSeconds: wanted((it) => it.leaseSeconds),
    };
    return Prisma.sql`
      WITH ${onBehalfOf(givenCaller(kind))},
      reach AS MATERIALIZED (
        SELECT allowed.workspace_id AS id FROM public.coordinator_workspaces AS allowed, caller, ctx
        WHERE ctx.ready AND allowed.coordinator_id = caller.id
          ${workspaceIds === null ? Prisma.empty : Prisma.sql`AND allowed.workspace_id = ANY (${workspaceIds}::uuid[])`}
      ),
      forbidden AS MATERIALIZED (
        ${
          workspaceIds === null
            ? Prisma.sql`SELECT NULL::uuid AS id WHERE false`
            : Prisma.sql`SELECT named.id FROM unnest(${workspaceIds}::uuid[]) AS named (id)
                WHERE named.id NOT IN (SELECT reach.id FROM reach) LIMIT 1`
        }
      ),
      ${prior(idempotency, Prisma.sql`FROM caller`)},
      waiting AS MATERIALIZED (
        SELECT first.id, first.priority
        FROM reach
          ${types === null ? Prisma.empty : Prisma.sql`CROSS JOIN (SELECT DISTINCT unnest(${types}::text[]) AS type) AS wanted`}
          CROSS JOIN LATERAL (
            SELECT job.id, job.priority FROM public.jobs AS job
            WHERE job.workspace_id = reach.id AND job.status = 'PENDING'
              ${types === null ? Prisma.empty : Prisma.sql`AND job.type = wanted.type`}
            ORDER BY job.priority DESC, job.id
            LIMIT ${FIRST_OF_EACH}
          ) AS first
        WHERE NOT EXISTS (SELECT FROM prior) AND NOT EXISTS (SELECT FROM forbidden)
      ),
      candidate AS MATERIALIZED (
        SELECT locked.id
        FROM (SELECT id FROM waiting ORDER BY priority DESC, id) AS best
          CROSS JOIN LATERAL (
            SELECT job.id FROM public.jobs AS job
            WHERE job.id = best.id AND job.status = 'PENDING'
            FOR UPDATE OF job SKIP LOCKED
          ) AS locked
        LIMIT 1
      ),
      claimed AS (
        UPDATE public.jobs AS job SET rev = job.rev + 1, updated_at = ${CLOCK_TIME}, ${begin(agent)}
        FROM candidate, caller, ctx
        WHERE job.id = candidate.id AND ctx.ready
        RETURNING job.*
      ),
      ${remember(idempotency, Prisma.sql`claimed`)}
      present AS (
        SELECT false AS replayed, true AS same_request, claimed.* FROM claimed
        UNION ALL
        SELECT true, prior.same_request, job.* FROM prior
          JOIN public.jobs AS job ON job.id = prior.job_id
          JOIN public.coordinator_workspaces AS allowed ON allowed.workspace_id = job.workspace_id
          JOIN caller ON caller.id = allowed.coordinator_id
      )
      SELECT caller.refusal, forbidden.id AS forbidden_workspace_id, EXISTS (SELECT FROM waiting) AS waiting, present.*
      FROM caller LEFT JOIN forbidden ON true LEFT JOIN present ON true`;
  },
);
