import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { type PrismaService, RESERVED_PRISMA } from '../../database/prisma.service.js';
import type { KeyIdentity, Standing } from './key-identity.js';

/** What authentication reads of keys, and when it saw them. */
@Injectable()
export class KeyIdentitiesRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /** Of any key that ever was: revoked, expired, of a deleted coordinator. */
  async findIdentity(kid: string): Promise<(KeyIdentity & { secretHash: string }) | undefined> {
    const [row] = await this.prisma.$queryRaw<(KeyIdentity & { secretHash: string })[]>`
      SELECT coordinator.id, coordinator.name, key.id AS "keyId", key.secret_hash AS "secretHash",
        coordinator.rate_limit_per_minute AS "rateLimitPerMinute"
      FROM public.coordinator_keys AS key JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
      WHERE key.kid = ${kid}`;
    return row;
  }

  /** How the key stands right now with the caller's permission and address; undefined for an unknown kid. */
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
   * Notes when keys were last used; of two times the later stays.
   *
   * @param uses by key id
   */
  async noteUses(uses: ReadonlyMap<string, Date>): Promise<void> {
    // In the order of ids, or two replicas that write at once could each wait for the other.
    const ids = [...uses.keys()].sort();
    const times = ids.map((id) => uses.get(id)?.toISOString() ?? null);
    await this.prisma.$queryRaw`
      INSERT INTO public.coordinator_key_uses AS known (key_id, last_used_at)
      SELECT use.key_id, use.last_used_at FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS use (key_id, last_used_at)
      ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
        WHERE known.last_used_at < excluded.last_used_at`;
  }
}
