import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import type { ListPart, PageRange } from '../../common/pagination/page.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { comesAfter } from '../../database/keyset.js';
import { changeLocked } from '../../database/locked-change.js';
import { type BoundedRow, boundedPage, listedFrom } from '../../database/page-bytes.js';
import { PrismaService, RESERVED_PRISMA } from '../../database/prisma.service.js';
import { STATEMENT_TIME } from '../../database/statement-time.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { StoredKey } from '../../keys/stored-key.js';
import type { CoordinatorKey, EndingKey, FoundKey } from '../coordinator-key.js';
import { isKeyRow, KEY_COLUMNS, type KeyRow, toCoordinatorKey } from '../coordinator-row.js';
import {
  CoordinatorNotFoundError,
  KeyNotActiveError,
  KeyNotFoundError,
  SuccessorExistsError,
} from '../coordinators.errors.js';
import {
  CHAIN,
  hasLiveSuccessor,
  isLive,
  revocation,
  rotation,
  successorsOf,
} from '../credential.statement.js';
import { type KeyFilter, searchStatement } from './key-search.statement.js';

type Answer = Partial<KeyRow> & { refusal: string | null };

/** The keys of coordinators. Every statement that locks both locks the coordinator's row before its keys. */
@Injectable()
export class CoordinatorKeysRepository {
  constructor(
    @Inject(RESERVED_PRISMA) private readonly prisma: PrismaService,
    private readonly requests: PrismaService,
  ) {}

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
   * The keys of all coordinators that match the filter, newest first.
   *
   * @throws DomainError the refusals of `assertAllowed`
   */
  async search(caller: Caller, filter: KeyFilter, page: PageRange): Promise<ListPart<FoundKey>> {
    const rows = await this.prisma.$queryRaw<(Answer & BoundedRow & { coordinator_name: string })[]>(
      searchStatement(caller, filter, page),
    );
    assertAllowed(rows[0]);
    return listedFrom(rows, isKeyRow<(typeof rows)[number]>, (row) => ({
      ...toCoordinatorKey(row),
      coordinatorName: row.coordinator_name,
    }));
  }

  /** The numbers of ACTIVE keys that end within so many days, with and without a live successor. */
  async countEnding(days: number): Promise<{ rotated: number; others: number }> {
    const [row] = await this.prisma.$queryRaw<{ rotated: bigint; others: bigint }[]>`
      SELECT count(*) FILTER (WHERE ending.rotated) AS rotated, count(*) FILTER (WHERE NOT ending.rotated) AS others
      FROM (
        SELECT ${hasLiveSuccessor('key')} AS rotated FROM public.coordinator_keys AS key
        WHERE key.expires_at > pg_catalog.statement_timestamp()
          AND key.expires_at < pg_catalog.statement_timestamp() + ${days} * interval '1 day'
          AND key.revoked_at IS NULL
      ) AS ending`;
    if (row === undefined) throw new Error('a count returned no row');
    return { rotated: Number(row.rotated), others: Number(row.others) };
  }

  /**
   * Issues a successor, if the key has no live one. The old key stays valid for `overlapSeconds`, or until its own end
   * if that is sooner.
   *
   * The row of the coordinator is locked first, so that the second of two simultaneous rotations sees the successor that
   * the first one made.
   *
   * If no end is given, the successor gets the same lifetime as the key had when it was issued. A key that was rotated
   * before no longer has this lifetime, because its end was moved forward. Of its later keys, the newest one that was not
   * rotated has it.
   *
   * @throws DomainError `not-found`, `illegal-transition` if the key is revoked or expired, `successor-exists`, and the
   *   refusals of `assertAllowed`
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
  ): Promise<{ key: CoordinatorKey; predecessor: EndingKey }> {
    // A coordinator's rotations wait for its row. In the reserved sessions they would delay the revocation of its key.
    const prisma = caller.kind === 'operator' ? this.prisma : this.requests;
    const row = await changeLocked<Answer & Rotation>(prisma, {
      caller,
      table: 'coordinators',
      id: coordinatorId,
      statement: Prisma.sql`
      WITH ${onBehalfOf(caller)},
      ${rotation('key', { coordinatorId, id: keyId }, overlapSeconds, hasLiveSuccessor('found'))},
      key AS (
        INSERT INTO public.coordinator_keys
          (coordinator_id, kid, secret_hash, name, predecessor_id, created_at, expires_at)
        SELECT found.coordinator_id, ${successor.kid}, ${successor.secretHash}, found.name, found.id, ${STATEMENT_TIME},
          coalesce(${expiresAt}::timestamptz, ${STATEMENT_TIME} + CASE
            WHEN found.rotated_at IS NULL THEN found.expires_at - found.created_at
            ELSE (
              SELECT later.expires_at - later.created_at FROM ${successorsOf('found')} AS later
              WHERE later.rotated_at IS NULL
              ORDER BY later.created_at DESC, later.id DESC LIMIT 1)
          END)
        FROM found JOIN rotated USING (id)
        RETURNING *
      )
      SELECT caller.refusal, found.state AS found_state, coalesce(rotated.expires_at, found.expires_at) AS found_expires_at,
        live.id AS live_id, live.expires_at AS live_expires_at, ${KEY_COLUMNS}
      FROM caller LEFT JOIN found ON true LEFT JOIN rotated ON true LEFT JOIN key ON true
        LEFT JOIN LATERAL (
          SELECT live.id, live.expires_at FROM ${successorsOf('found')} AS live
          WHERE ${isLive('live')} ORDER BY live.created_at DESC, live.id DESC LIMIT 1
        ) AS live ON true`,
    });
    if (row.found_state === null) throw new KeyNotFoundError();
    const predecessor = endingKey(keyId, row.found_expires_at);
    if (isKeyRow(row)) return { key: toCoordinatorKey(row), predecessor };
    if (row.found_state === 'ACTIVE' && row.live_id !== null) {
      throw new SuccessorExistsError(predecessor, endingKey(row.live_id, row.live_expires_at));
    }
    throw new KeyNotActiveError(row.found_state);
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

  /**
   * Revokes a key with all its predecessors and all their successors. The row of the coordinator is locked first, so
   * that no rotation adds a key to the chain meanwhile.
   *
   * @throws DomainError `not-found`, and the refusals of `assertAllowed`
   */
  async revokeChain(caller: Caller, coordinatorId: string, keyId: string): Promise<void> {
    const row = await changeLocked<{ refusal: string | null; id: string | null }>(this.prisma, {
      caller,
      table: 'coordinators',
      id: coordinatorId,
      statement: Prisma.sql`
      WITH RECURSIVE ${onBehalfOf(caller)},
      ${revocation('key', { coordinatorId, id: keyId }, CHAIN)}
      SELECT caller.refusal, found.id FROM caller LEFT JOIN found ON true`,
    });
    if (row.id === null) throw new KeyNotFoundError();
  }
}

interface Rotation {
  found_state: CoordinatorKey['state'] | null;
  found_expires_at: Date | null;
  live_id: string | null;
  live_expires_at: Date | null;
}

function endingKey(id: string, expiresAt: Date | null): EndingKey {
  return { id, expiresAt: expiresAt?.toISOString() ?? null };
}
