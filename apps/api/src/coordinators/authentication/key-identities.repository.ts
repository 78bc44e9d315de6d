import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { type PrismaService, RESERVED_PRISMA } from '../../database/prisma.service.js';
import type { KeyIdentity, Standing } from './key-identity.js';

/** What authentication reads about keys, and when they were last used. */
@Injectable()
export class KeyIdentitiesRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /** Finds every key that ever existed, including revoked and expired keys and keys of deleted coordinators. */
  async findIdentity(kid: string): Promise<(KeyIdentity & { secretHash: string }) | undefined> {
    const [row] = await this.prisma.$queryRaw<(KeyIdentity & { secretHash: string })[]>`
      SELECT coordinator.id, coordinator.name, key.id AS "keyId", key.secret_hash AS "secretHash",
        coordinator.rate_limit_per_minute AS "rateLimitPerMinute"
      FROM public.coordinator_keys AS key JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
      WHERE key.kid = ${kid}`;
    return row;
  }

  /** The current standing of the key, for the caller's permission and address; undefined for an unknown kid. */
  async findStanding(
    caller: Pick<Caller, 'kid' | 'permission' | 'sourceAddress'>,
  ): Promise<Standing | undefined> {
    const [row] = await this.prisma.$queryRaw<Standing[]>`
      SELECT coordinator_id AS id, coordinator_name AS name, key_id AS "keyId", refusal,
        rate_limit_per_minute AS "rateLimitPerMinute"
      FROM public.authorize_coordinator(${caller.kid}, ${caller.permission}, ${caller.sourceAddress}::inet)`;
    return row;
  }

  /**
   * Stores when keys were last used. Of two times, the later one stays.
   *
   * @param uses by key id
   */
  async noteUses(uses: ReadonlyMap<string, Date>): Promise<void> {
    // Sorted by id: otherwise two replicas that write at once could deadlock.
    const ids = [...uses.keys()].sort();
    const times = ids.map((id) => uses.get(id)?.toISOString() ?? null);
    await this.prisma.$queryRaw`
      INSERT INTO public.coordinator_key_uses AS known (key_id, last_used_at)
      SELECT use.key_id, use.last_used_at FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS use (key_id, last_used_at)
      ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
        WHERE known.last_used_at < excluded.last_used_at`;
  }
}
