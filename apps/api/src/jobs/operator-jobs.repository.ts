import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { type ActiveJobFilter, stopPartStatement } from './stop.statement.js';

/** Stops many jobs for operators. */
@Injectable()
export class OperatorJobsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Cancels up to `size` jobs in one statement.
   *
   * @returns how many it cancelled, and whether there may be more
   * @throws DomainError `workspace-forbidden`, also for an unknown workspace, and the guard's refusals
   */
  async stopPart(
    caller: Caller,
    filter: ActiveJobFilter,
    size: number,
  ): Promise<{ stopped: number; more: boolean }> {
    const [row] = await this.prisma.rows<{
      refusal: string | null;
      allowed: boolean;
      stopped: number;
      more: boolean;
    }>(stopPartStatement(caller, filter, size));
    assertAllowed(row);
    if (!row.allowed) {
      throw accessRefused('workspace-forbidden', {
        workspaceId: filter.workspaceId,
        resourceType: 'workspace',
      });
    }
    return { stopped: row.stopped, more: row.more };
  }
}
