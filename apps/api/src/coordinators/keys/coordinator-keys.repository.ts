import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import type { ListPart, PageRange } from '../../common/pagination/page.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { comesAfter } from '../../database/keyset.js';
import { type BoundedRow, boundedPage, listedFrom } from '../../database/page-bytes.js';
import { type PrismaService, RESERVED_PRISMA } from '../../database/prisma.service.js';
import { STATEMENT_TIME } from '../../database/statement-time.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { StoredKey } from '../../keys/stored-key.js';
import type { CoordinatorKey } from '../coordinator-key.js';
import { isKeyRow, KEY_COLUMNS, type KeyRow, toCoordinatorKey } from '../coordinator-row.js';
import { CoordinatorNotFoundError, KeyNotActiveError, KeyNotFoundError } from '../coordinators.errors.js';
import { revocation, rotation } from '../credential.statement.js';

type Answer = Partial<KeyRow> & { refusal: string | null };

/** The keys of coordinators. Every statement that locks both locks the coordinator's row before its keys. */
@Injectable()
export class CoordinatorKeysRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async issue(
    caller: Caller,
    coordinatorId: string,
    key: StoredKey & { name: string | null; expiresAt: Date | null },
  ): Promise<CoordinatorKey> {
    const [row] = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)},
      coordinator AS MATERIALIZED (
        SELECT coordinator.id FROM public.coordinators AS coordinator, ctx
        WHERE ctx.ready AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
        FOR NO KEY UPDATE OF coordinator
      ),
      key AS (
        INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, name, expires_at)
        SELECT coordinator.id, ${key.kid}, ${key.secretHash}, ${key.name}, ${key.expiresAt}::timestamptz
        FROM coordinator
        RETURNING *
      )
      SELECT caller.refusal, ${KEY_COLUMNS} FROM caller LEFT JOIN key ON true`;
    assertAllowed(row);
    if (!isKeyRow(row)) throw new CoordinatorNotFoundError();
    return toCoordinatorKey(row);
  }

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async find(caller: Caller, coordinatorId: string, keyId: string): Promise<CoordinatorKey> {
    const [row] = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)},
      key AS (
        SELECT key.* FROM public.coordinator_keys AS key JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
        WHERE key.id = ${keyId}::uuid AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
      )
      SELECT caller.refusal, ${KEY_COLUMNS} FROM caller LEFT JOIN key ON caller.refusal IS NULL`;
    assertAllowed(row);
    if (!isKeyRow(row)) throw new KeyNotFoundError();
    return toCoordinatorKey(row);
  }

  /**
   * Newest first.
   *
   * @throws DomainError `not-found`, and the refusals of `assertAllowed`
   */
  async list(caller: Caller, coordinatorId: string, page: PageRange): Promise<ListPart<CoordinatorKey>> {
    const rows = await this.prisma.$queryRaw<(Answer & BoundedRow & { coordinator_id: string | null })[]>`
      WITH ${onBehalfOf(caller)},
      coordinator AS MATERIALIZED (
        SELECT coordinator.id FROM public.coordinators AS coordinator, caller
        WHERE caller.refusal IS NULL AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
      ),
      listed AS MATERIALIZED (
        SELECT ${KEY_COLUMNS}
        FROM public.coordinator_keys AS key JOIN coordinator ON coordinator.id = key.coordinator_id
        WHERE ${comesAfter(Prisma.sql`key`, page.after)}
        ORDER BY key.created_at DESC, key.id DESC
        LIMIT ${page.limit + 1}::int
      ),
      ${boundedPage(Prisma.sql`key_created_at DESC, key_id DESC`, page.limit)}
      SELECT caller.refusal, coordinator.id AS coordinator_id, page.*
      FROM caller LEFT JOIN coordinator ON true LEFT JOIN page ON true
      ORDER BY page.place`;
    assertAllowed(rows[0]);
    if (rows[0].coordinator_id === null) throw new CoordinatorNotFoundError();
    return listedFrom(rows, isKeyRow<Answer & BoundedRow>, toCoordinatorKey);
  }

  /**
   * Issues a successor. The old key stays valid for `overlapSeconds`, or until its own end if that is sooner.
   *
   * If no end is given, the successor gets the same lifetime as the key had when it was issued. A key that was rotated
   * before no longer has this lifetime, because its end was moved forward. Its latest successor has it.
   *
   * @throws DomainError `not-found`, `illegal-transition` if the key is revoked or expired, and the refusals of `assertAllowed`
   */
  async rotate(
    caller: Caller,
    coordinatorId: string,
    keyId: string,
    {
      overlapSeconds,
      expiresAt,
      ...successor
    }: StoredKey & { overlapSeconds: number; expiresAt: Date | null },
  ): Promise<CoordinatorKey> {
    const [row] = await this.prisma.$queryRaw<(Answer & { found_state: CoordinatorKey['state'] | null })[]>`
      WITH ${onBehalfOf(caller)},
      ${rotation('key', { coordinatorId, id: keyId }, overlapSeconds)},
      key AS (
        INSERT INTO public.coordinator_keys
          (coordinator_id, kid, secret_hash, name, predecessor_id, created_at, expires_at)
        SELECT found.coordinator_id, ${successor.kid}, ${successor.secretHash}, found.name, found.id, ${STATEMENT_TIME},
          coalesce(${expiresAt}::timestamptz, ${STATEMENT_TIME} + CASE
            WHEN found.rotated_at IS NULL THEN found.expires_at - found.created_at
            ELSE (SELECT earlier.expires_at - earlier.created_at FROM public.coordinator_keys AS earlier
              WHERE earlier.predecessor_id = found.id ORDER BY earlier.created_at DESC, earlier.id DESC LIMIT 1)
          END)
        FROM found JOIN rotated USING (id)
        RETURNING *
      )
      SELECT caller.refusal, found.state AS found_state, ${KEY_COLUMNS}
      FROM caller LEFT JOIN found ON true LEFT JOIN key ON true`;
    assertAllowed(row);
    if (row.found_state === null) throw new KeyNotFoundError();
    if (!isKeyRow(row)) throw new KeyNotActiveError(row.found_state);
    return toCoordinatorKey(row);
  }

  /**
   * Revokes a key. Does nothing if it is already revoked.
   *
   * @throws DomainError `not-found`, and the refusals of `assertAllowed`
   */
  async revoke(caller: Caller, coordinatorId: string, keyId: string): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null; id: string | null }[]>`
      WITH ${onBehalfOf(caller)},
      ${revocation('key', { coordinatorId, id: keyId })}
      SELECT caller.refusal, found.id FROM caller LEFT JOIN found ON true`;
    assertAllowed(row);
    if (row.id === null) throw new KeyNotFoundError();
  }
}
