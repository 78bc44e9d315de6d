import { Inject, Injectable } from '@nestjs/common';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { MAINTENANCE_PRISMA, type PrismaService } from '../../database/prisma.service.js';

/** What `audit_erase` did. */
export interface ErasedPart {
  /** from how many records */
  erased: number;
  /** where the next part begins; null: there is none */
  reached: string | null;
}

@Injectable()
export class ErasuresRepository {
  constructor(@Inject(MAINTENANCE_PRISMA) private readonly prisma: PrismaService) {}

  /**
   * Deletes source addresses and user agents of one actor from the next 10,000 of its records; with them it loses what they are proven by.
   *
   * No drain waits for this session, so the caller's row is locked instead: whoever takes away the caller's rights waits for the end of
   * the part, and no part that began before commits after the answer.
   *
   * @param after where the part before ended
   * @returns undefined if there is no such actor
   * @throws DomainError the refusals of the guard
   */
  async erasePart(caller: Caller, actorId: string, after: string | null): Promise<ErasedPart | undefined> {
    const [row] = await this.prisma.$queryRaw<
      { refusal: string | null; held: boolean; part: ErasedPart | null }[]
    >`
      WITH ${onBehalfOf(caller)},
      held AS MATERIALIZED (
        SELECT o.id FROM public.operators AS o, ctx
        WHERE ctx.ready AND o.kid = ${caller.kid} AND o.role = 'ADMIN' AND o.deleted_at IS NULL
        FOR SHARE OF o
      )
      SELECT caller.refusal, held.id IS NOT NULL AS held,
        CASE WHEN held.id IS NOT NULL THEN public.audit_erase(${actorId}::uuid, ${after}::uuid) END AS part
      FROM caller LEFT JOIN held ON true`;
    assertAllowed(row);
    // It was withdrawn while this statement waited for the row.
    if (!row.held) throw accessRefused('key-revoked');
    return row.part ?? undefined;
  }
}
