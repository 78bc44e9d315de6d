import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { PrismaService } from '../../database/prisma.service.js';

/** As `audit_erase` has it. */
export const ERASED_AT_ONCE = 50_000;

@Injectable()
export class ErasuresRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Deletes source addresses and user agents of one actor, of {@link ERASED_AT_ONCE} records at most; with them it loses what they are
   * proven by.
   *
   * @returns of how many records, fewer only where none are left; undefined where there is no such actor
   * @throws DomainError the refusals of the guard
   */
  async erasePart(caller: Caller, actorId: string): Promise<number | undefined> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null; erased: bigint | null }[]>`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, CASE WHEN ctx.ready THEN public.audit_erase(${actorId}::uuid) END AS erased
      FROM caller LEFT JOIN ctx ON true`;
    assertAllowed(row);
    return row.erased === null ? undefined : Number(row.erased);
  }
}
