import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { onBehalfOf } from '../database/audited-statement.js';
import { type PrismaService, RESERVED_PRISMA } from '../database/prisma.service.js';
import { STATEMENT_TIME } from '../database/statement-time.js';

/** The data of a session for authentication. Ended sessions are included, because their tokens still match. */
export interface SessionIdentity {
  sessionId: string;
  operatorId: string;
  operatorName: string;
  /** the key that opened the session */
  keyId: string;
}

@Injectable()
export class SessionIdentitiesRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /** @param tokenHash SHA-256 of the token */
  async find(tokenHash: Uint8Array<ArrayBuffer>): Promise<SessionIdentity | undefined> {
    const [row] = await this.prisma.$queryRaw<SessionIdentity[]>`
      SELECT session.id AS "sessionId", operator.id AS "operatorId", operator.name AS "operatorName",
        session.key_id AS "keyId"
      FROM public.operator_sessions AS session JOIN public.operators AS operator ON operator.id = session.operator_id
      WHERE session.token_hash = ${tokenHash}`;
    return row;
  }

  /** Stores that a session is used now, unless it has ended: a use does not revive it. */
  async noteUse(caller: Caller): Promise<void> {
    await this.prisma.$executeRaw`
      WITH ${onBehalfOf({ ...caller, permission: null })}
      INSERT INTO public.operator_session_uses AS known (session_id, last_seen_at)
      SELECT ${caller.kid}::uuid, ${STATEMENT_TIME} FROM ctx WHERE ctx.ready
      ON CONFLICT (session_id) DO UPDATE SET last_seen_at = excluded.last_seen_at
        WHERE known.last_seen_at < excluded.last_seen_at`;
  }
}
