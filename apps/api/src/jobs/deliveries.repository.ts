import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { DomainError } from '../common/problems/domain-error.js';
import { assertAllowed } from '../database/audited-statement.js';
import { violatedIndex } from '../database/database-errors.js';
import { PrismaService } from '../database/prisma.service.js';
import { Prisma } from '../generated/prisma/client.js';
import {
  DELIVERY_LIFETIME,
  type Delivery,
  deliveryStatement,
  identifyStatement,
} from './delivery.statement.js';
import type { Job } from './job.js';
import { isJobRow, type JobRow, toJob } from './job-row.js';

type Row = Partial<JobRow> & {
  refusal: string | null;
  how: 'made' | 'triggered' | 'replayed' | null;
  in_scope: boolean | null;
  unwanted: string | null;
  has_target: boolean;
  unidentified: boolean | null;
  mismatched_workspace_id: string | null;
};

export type Delivered =
  /**
   * `made`: the delivery made the job. `triggered`: the job was active and got the trigger. `replayed`: the same delivery
   * came before and led to this job.
   */
  | { job: Job; how: 'made' | 'triggered' | 'replayed' }
  /** why the workspace does not accept the trigger */
  | { unwanted: string };

/**
 * Another transaction inserted the delivery, the repository's name or number, or an active job of the issue first. The
 * retry reads what it wrote.
 */
const BEATEN = [
  'webhook_deliveries_id_key',
  'webhook_deliveries_digest_key',
  'workspace_repositories_pkey',
  'workspace_repositories_forge_key',
  'jobs_stitcher_active_key',
];
const MAX_TRIES = 5;

/** Maximum number of rows that one statement of {@link DeliveriesRepository.forget} deletes. */
export const FORGET_SIZE = 1_000;

/**
 * Stores jobs for deliveries of forges and of the bot. There is at most one active job per repository, issue and type.
 */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * @throws DomainError `repository-forbidden` if the repository is unknown or outside the workspace scope, if it has
   *   another number than the registered repository of that name, or if its name belongs to another workspace; and the
   *   guard's refusals
   */
  async deliver(caller: Caller, delivery: Delivery): Promise<Delivered> {
    // The active job may end between the read and the update. The retry then makes a job.
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const row = await this.ask(deliveryStatement(caller, delivery), tries < MAX_TRIES);
      if (row === 'beaten') continue;
      assertAllowed(row);
      if (isJobRow(row) && row.how !== null) {
        if (row.in_scope !== true) throw repositoryForbidden();
        return { job: toJob(row), how: row.how };
      }
      if (!row.has_target) throw repositoryForbidden(row.mismatched_workspace_id);
      if (row.unidentified === true) {
        const identified = await this.ask(identifyStatement(caller, delivery), tries < MAX_TRIES);
        if (identified !== 'beaten') assertAllowed(identified);
        continue;
      }
      if (row.unwanted !== null) return { unwanted: row.unwanted };
    }
    throw new Error('the active job of an issue could be neither created nor read');
  }

  private async ask(statement: Prisma.Sql, mayLose: boolean): Promise<Row | undefined | 'beaten'> {
    try {
      const [row] = await this.prisma.rows<Row>(statement);
      return row;
    } catch (error) {
      const index = violatedIndex(error);
      if (mayLose && index !== undefined && BEATEN.includes(index)) return 'beaten';
      throw error;
    }
  }

  /**
   * Deletes deliveries older than 7 days.
   *
   * @returns the number of deleted rows; if it is {@link FORGET_SIZE}, there may be more
   */
  async forget(): Promise<number> {
    return await this.prisma.$executeRaw`
      DELETE FROM public.webhook_deliveries
      WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM public.webhook_deliveries
        WHERE created_at <= pg_catalog.statement_timestamp() - ${DELIVERY_LIFETIME}
        LIMIT ${Prisma.raw(String(FORGET_SIZE))}
        FOR UPDATE SKIP LOCKED))`;
  }
}

/** @param mismatched the workspace whose repository has another number, or a name that belongs to another workspace */
function repositoryForbidden(mismatched: string | null = null): DomainError {
  const refused = accessRefused('repository-forbidden', { resourceType: 'repository' });
  if (mismatched === null) return refused;
  return new DomainError('repository-forbidden', refused.message, {
    refusal: {
      action: 'access.denied',
      reason: 'repository-id-mismatch',
      resourceType: 'repository',
      workspaceId: mismatched,
    },
  });
}
