import { Inject, Injectable } from '@nestjs/common';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
import { assertAllowed } from '../../database/audited-statement.js';
import { EXPORT_DATABASE, type Statements } from '../../database/database-sessions.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { AuditFilter } from '../audit-filter.js';
import { PositionPrunedError } from '../audit-log.errors.js';
import { batchStatement, boundsStatement, NEWEST } from './feed.statement.js';
import type { FeedEvent } from './feed-format.js';

interface Judged {
  refusal: string | null;
  forbidden: boolean;
}

interface BatchRow extends Judged {
  found: number;
  last: bigint | null;
  removed: bigint | null;
  matches: number;
  position: bigint | null;
  line: string | null;
}

interface BoundsRow extends Judged {
  oldest: bigint | null;
  newest: bigint | null;
}

export interface Bounds {
  /** null: no sealed record is left */
  oldest: number | null;
  /** -1: nothing has been sealed */
  newest: number;
}

export interface Batch {
  events: FeedEvent[];
  /** All records up to this position have been judged; the next batch begins after it. */
  reached: number;
  /** whether more leaves may follow */
  more: boolean;
}

/** Reads the log in the order of the tree. Each statement checks the caller's rights, and holds no session after it. */
@Injectable()
export class FeedRepository {
  constructor(
    private readonly prisma: PrismaService,
    @Inject(EXPORT_DATABASE) private readonly batches: Statements,
  ) {}

  /** @throws DomainError `workspace-forbidden`, and the refusals of `assertAllowed` */
  async bounds(caller: Caller, filter: AuditFilter): Promise<Bounds> {
    const [row] = await this.batches.rows<BoundsRow>(boundsStatement(caller, filter));
    assertPermitted(row, filter);
    const { oldest, newest } = row;
    return { oldest: oldest === null ? null : Number(oldest), newest: Number(newest ?? -1) };
  }

  /**
   * What the caller may see now, among the next `scanned` leaves after this position.
   *
   * @throws DomainError `position-pruned`, `workspace-forbidden`, and the refusals of `assertAllowed`
   */
  async batch(
    caller: Caller,
    filter: AuditFilter,
    { after, scanned }: { after: number; scanned: number },
  ): Promise<Batch> {
    const rows = await this.batches.rows<BatchRow>(batchStatement(caller, filter, { after, scanned }));
    const [scan] = rows;
    assertPermitted(scan, filter);
    const events = rows.flatMap(({ position, line }) =>
      position === null || line === null ? [] : [{ position: Number(position), line }],
    );
    const isCut = events.length < scan.matches;
    const reached = (isCut ? events.at(-1)?.position : undefined) ?? Number(scan.last ?? after);
    const batch = { events, reached, more: isCut || scan.found === scanned };
    if (scan.removed === null || Number(scan.removed) > reached) return batch;
    return await this.beforePruned(caller, filter, { after, removed: Number(scan.removed) }, batch);
  }

  /** The position of the newest sealed record; -1: there is none. */
  async newest(): Promise<number> {
    const [row] = await this.prisma.rows<{ newest: bigint }>(NEWEST);
    return Number(row?.newest ?? -1);
  }

  /**
   * The batch up to where retention has removed all records. Single records may be gone between others: those of the
   * last hours of a removed month that were sealed after the first ones of the next month.
   */
  private async beforePruned(
    caller: Caller,
    filter: AuditFilter,
    { after, removed }: { after: number; removed: number },
    batch: Batch,
  ): Promise<Batch> {
    const { oldest } = await this.bounds(caller, filter);
    if (oldest !== null && removed > oldest) return batch;
    if (removed === after + 1) throw new PositionPrunedError(oldest);
    const events = batch.events.filter(({ position }) => position < removed);
    return { events, reached: removed - 1, more: true };
  }
}

function assertPermitted<Row extends Judged>(
  row: Row | undefined,
  { workspaceId }: AuditFilter,
): asserts row is Row {
  assertAllowed(row);
  if (row.forbidden && workspaceId !== undefined) {
    throw accessRefused('workspace-forbidden', { workspaceId, resourceType: 'audit-log' });
  }
}
