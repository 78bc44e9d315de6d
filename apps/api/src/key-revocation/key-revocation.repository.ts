import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { PrismaService } from '../database/prisma.service.js';
import { STATEMENT_TIME } from '../database/statement-time.js';
import type { StoredKey } from '../keys/stored-key.js';

type HolderRequest = Pick<Caller, 'requestId' | 'sourceAddress' | 'userAgent'>;

/** Revokes keys on behalf of their holders. */
@Injectable()
export class KeyRevocationRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Revokes a key on behalf of the coordinator that owns it. The holder of a key may always do that, whatever the key's
   * state.
   *
   * @returns the coordinator's id
   */
  async revokeCoordinatorKey(kid: string, request: HolderRequest): Promise<string> {
    const [row] = await this.prisma.$queryRaw<{ coordinator_id: string }[]>`
      WITH found AS MATERIALIZED (
        SELECT key.id, key.revoked_at, coordinator.id AS coordinator_id, coordinator.name
        FROM public.coordinator_keys AS key JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
        WHERE key.kid = ${kid}
      ),
      ctx AS MATERIALIZED (
        SELECT public.set_audit_context('COORDINATOR', coordinator_id, name, id, ${request.requestId},
          ${request.sourceAddress}::inet, ${request.userAgent}) AS ready
        FROM found WHERE revoked_at IS NULL
      ),
      revoked AS (
        UPDATE public.coordinator_keys AS key SET revoked_at = ${STATEMENT_TIME}
        FROM found, ctx WHERE ctx.ready AND key.id = found.id AND key.revoked_at IS NULL
      )
      SELECT coordinator_id FROM found`;
    if (row === undefined) throw new Error('a proven key has no row');
    return row.coordinator_id;
  }

  /**
   * Replaces the key of an operator on behalf of the operator, so that the key is revoked and the operator stays. Does
   * nothing if the key is no longer its current one.
   */
  async replaceOperatorKey(kid: string, request: HolderRequest, key: StoredKey): Promise<void> {
    await this.prisma.$queryRaw`
      WITH found AS MATERIALIZED (
        SELECT id, name, key_id FROM public.operators WHERE kid = ${kid} AND deleted_at IS NULL
      ),
      ctx AS MATERIALIZED (
        SELECT public.set_audit_context('OPERATOR', id, name, key_id, ${request.requestId},
          ${request.sourceAddress}::inet, ${request.userAgent}) AS ready
        FROM found
      )
      UPDATE public.operators AS o
      SET key_id = public.uuid_v7(), kid = ${key.kid}, secret_hash = ${key.secretHash}, updated_at = ${STATEMENT_TIME}
      FROM found, ctx WHERE ctx.ready AND o.id = found.id AND o.kid = ${kid} AND o.deleted_at IS NULL`;
  }
}
