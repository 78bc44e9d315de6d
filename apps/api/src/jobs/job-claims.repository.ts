import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { retryOnConflict } from './idempotency.js';
import type { Idempotency, Job } from './job.js';
import {
  type Claim,
  claimStatement,
  FIRST_OF_EACH,
  MAX_SHORT,
  type TakenRow,
  takenJob,
  takeStatement,
} from './job-claim.statement.js';
import { isJobRow, type JobRow, toJob } from './job-row.js';
import { IdempotencyKeyReusedError } from './jobs.errors.js';
import { digestOf } from './request-digest.js';
import { RunningAttempts } from './running-attempts.js';

/** A coordinator that is forgotten begins at a random workspace. */
const MAX_TURNS = 10_000;

type Row = Partial<JobRow> & {
  refusal: string | null;
  forbidden_workspace_id: string | null;
  waiting: boolean;
  /** the number of workspaces that the claim looked at; null: a limit applies to one of them, or to the caller */
  places: number | null;
  replayed: boolean | null;
  same_request: boolean | null;
};

/** The previous claims of a coordinator with one filter. */
interface Turn {
  /** of the last job that it got */
  workspaceId: string;
  /** the latest claim looked at few workspaces and met no limit, so the next one may share a session */
  isShort: boolean;
  /** the latest claim got a job */
  found: boolean;
}

/** Gives PENDING jobs to coordinators. */
@Injectable()
export class JobClaimsRepository {
  /**
   * The last claim by which each coordinator got a job from this process, for each filter: claims for one type must not move
   * the turn of claims for another.
   */
  private readonly turns = new LRUCache<string, Turn>({ max: MAX_TURNS });

  constructor(
    private readonly prisma: PrismaService,
    private readonly running: RunningAttempts,
  ) {}

  /**
   * Starts a PENDING job that is not held back. Workspaces take turns. In a workspace it is the job with the highest
   * priority; among equals, the oldest. Returns null if there is none, or if a `maxRunning` is reached. It skips jobs that
   * others have locked. So no job is given out twice, and only claims under the same `maxRunning` wait for each other.
   *
   * While claims get jobs and meet no limit, a short statement takes the next job. It costs Postgres two thirds of the full
   * statement, but if it takes none, it does not say why. Then the full statement decides.
   *
   * @throws DomainError `workspace-forbidden`, `idempotency-key-reused`, and the refusals of `assertAllowed`
   */
  async claim(
    caller: Caller,
    wanted: Claim,
    idempotency: Idempotency | null,
  ): Promise<{ job: Job; replayed: boolean } | null> {
    const claimed = await this.claimed(caller, wanted, idempotency);
    if (claimed !== null) this.running.note(claimed.job);
    return claimed;
  }

  private async claimed(
    caller: Caller,
    wanted: Claim,
    idempotency: Idempotency | null,
  ): Promise<{ job: Job; replayed: boolean } | null> {
    const filter = turnOf(caller, wanted);
    const last = this.turns.get(filter);
    if (last?.isShort && last.found && idempotency === null) {
      const taking = takeStatement({ caller, wanted, after: last.workspaceId, idempotency });
      const [row] = await this.prisma.rowsShared<TakenRow>(taking);
      if (row !== undefined) {
        last.workspaceId = row.workspace_id;
        return { job: takenJob(row, caller, wanted), replayed: false };
      }
      last.found = false;
    }
    for (const firstOfEach of FIRST_OF_EACH) {
      const [row] = await retryOnConflict(() => {
        const turn = this.turns.get(filter);
        const after = turn?.workspaceId ?? null;
        const statement = claimStatement({ caller, wanted, after, idempotency, firstOfEach });
        return turn?.isShort ? this.prisma.rowsShared<Row>(statement) : this.prisma.rows<Row>(statement);
      });
      assertAllowed(row);
      if (row.forbidden_workspace_id !== null) {
        throw accessRefused('workspace-forbidden', {
          workspaceId: row.forbidden_workspace_id,
          resourceType: 'workspace',
        });
      }
      if (row.same_request === false) throw new IdempotencyKeyReusedError();
      if (isJobRow(row) && row.replayed === true) return { job: toJob(row), replayed: true };
      const isShort = row.places !== null && row.places * (wanted.types?.length ?? 1) <= MAX_SHORT;
      if (isJobRow(row)) {
        this.turns.set(filter, { workspaceId: row.workspace_id, isShort, found: true });
        return { job: toJob(row), replayed: false };
      }
      const previous = this.turns.get(filter);
      if (previous !== undefined) previous.isShort = isShort;
      // If jobs wait, others hold all that this try saw, or took the last place under a limit.
      if (!row.waiting) return null;
    }
    return null;
  }
}

function turnOf({ id }: Caller, { workspaceIds, types }: Claim): string {
  if (workspaceIds === null && types === null) return id;
  return `${id} ${Buffer.from(digestOf({ workspaceIds, types })).toString('base64')}`;
}
