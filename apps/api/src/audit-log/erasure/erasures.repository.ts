import { Inject, Injectable } from '@nestjs/common';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { MAINTENANCE_DATABASE, type Statements } from '../../database/database-sessions.js';
import { Prisma } from '../../generated/prisma/client.js';

/** The result of `audit_erase`. */
export interface ErasedPart {
  /** number of records whose personal values were deleted */
  erased: number;
  /** where the next part begins; null: this was the last part */
  reached: string | null;
}

@Injectable()
export class ErasuresRepository {
  constructor(@Inject(MAINTENANCE_DATABASE) private readonly database: Statements) {}

  /**
   * Deletes source addresses and user agents from the next 10,000 records of one actor. The data that proves these
   * values is deleted with them.
   *
   * No drain waits for this session, so the statement locks the caller's row, and that of its session in the console. A request that withdraws the caller's
   * permissions waits until the part ends. So no part that began before commits after that request's response.
   *
   * @param after where the previous part ended
   * @returns undefined if there is no such actor
   * @throws DomainError the refusals of `assertAllowed`
   */
  async erasePart(caller: Caller, actorId: string, after: string | null): Promise<ErasedPart | undefined> {
    const [session, locked] =
      caller.session === true
        ? [
            Prisma.sql`JOIN public.operator_sessions AS s ON s.id = ${caller.kid}::uuid AND s.ended_at IS NULL`,
            Prisma.sql`o, s`,
          ]
        : [Prisma.empty, Prisma.sql`o`];
    const [row] = await this.database.rows<{
      refusal: string | null;
      held: boolean;
      part: ErasedPart | null;
    }>(Prisma.sql`
      WITH ${onBehalfOf(caller)},
      held AS MATERIALIZED (
        SELECT o.id FROM ctx, caller JOIN public.operators AS o ON o.id = caller.id ${session}
        WHERE ctx.ready AND o.key_id = caller.key_id AND o.role = 'ADMIN' AND o.deleted_at IS NULL
        FOR SHARE OF ${locked}
      )
      SELECT caller.refusal, held.id IS NOT NULL AS held,
        CASE WHEN held.id IS NOT NULL THEN public.audit_erase(${actorId}::uuid, ${after}::uuid) END AS part
      FROM caller LEFT JOIN held ON true`);
    assertAllowed(row);
    // The permission was withdrawn while this statement waited for the row.
    if (!row.held) throw accessRefused(caller.session === true ? 'session-ended' : 'key-revoked');
    return row.part ?? undefined;
  }
}
