import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { storeLastUses } from '../../database/last-uses.js';
import { type PrismaService, RESERVED_PRISMA } from '../../database/prisma.service.js';
import { hasLiveSuccessor } from '../credential.statement.js';
import type { KeyIdentity, Standing } from './key-identity.js';

type Read<T> = Omit<T, 'keyEndsAt'> & { keyEndsAt: Date | null };

/** What authentication reads about keys, and when they were last used. */
@Injectable()
export class KeyIdentitiesRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /** Finds every key that ever existed, including revoked and expired keys and keys of deleted coordinators. */
  async findIdentity(kid: string): Promise<(KeyIdentity & { secretHash: string }) | undefined> {
    const [row] = await this.prisma.$queryRaw<Read<KeyIdentity & { secretHash: string }>[]>`
      SELECT coordinator.id AS "coordinatorId", coordinator.name AS "coordinatorName", key.id AS "keyId", key.secret_hash AS "secretHash",
        least(key.expires_at, key.revoked_at) AS "keyEndsAt", coordinator.rate_limit_per_minute AS "rateLimitPerMinute"
      FROM public.coordinator_keys AS key JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
      WHERE key.kid = ${kid}`;
    return row && { ...row, keyEndsAt: row.keyEndsAt?.toISOString() ?? null };
  }

  /** The current standing of the key, for the caller's permission and address; undefined for an unknown kid. */
  async findStanding(
    caller: Pick<Caller, 'kid' | 'permission' | 'sourceAddress'>,
  ): Promise<Standing | undefined> {
    const [row] = await this.prisma.$queryRaw<
      (Read<Omit<Standing, 'keyCreatedAt'>> & { keyCreatedAt: Date })[]
    >`
      SELECT caller.coordinator_id AS "coordinatorId", caller.coordinator_name AS "coordinatorName", caller.key_id AS "keyId", caller.refusal,
        caller.rate_limit_per_minute AS "rateLimitPerMinute", key.name AS "keyName", key.created_at AS "keyCreatedAt",
        least(key.expires_at, key.revoked_at) AS "keyEndsAt", ${hasLiveSuccessor('key')} AS rotated
      FROM public.authorize_coordinator(${caller.kid}, ${caller.permission}, ${caller.sourceAddress}::inet) AS caller
        JOIN public.coordinator_keys AS key ON key.id = caller.key_id`;
    return (
      row && {
        ...row,
        keyEndsAt: row.keyEndsAt?.toISOString() ?? null,
        keyCreatedAt: row.keyCreatedAt.toISOString(),
      }
    );
  }

  /**
   * Stores when keys were last used. Of two times, the later one stays.
   *
   * @param uses how many ms ago, by key id
   */
  async noteUses(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.prisma.$queryRaw(storeLastUses({ table: 'coordinator_key_uses', column: 'key_id' }, uses));
  }
}
