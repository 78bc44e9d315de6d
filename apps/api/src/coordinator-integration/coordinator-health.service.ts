import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { RateLimitStanding } from '../common/http/request-context.js';
import { CoordinatorIdentities } from '../coordinators/authentication/coordinator-identities.js';
import type { Standing } from '../coordinators/authentication/key-identity.js';
import { DatabaseProbe, type DatabaseState } from '../database/database-probe.js';

export interface CoordinatorHealth {
  coordinator: { id: string; name: string };
  key: { id: string; name: string | null; createdAt: string; expiresAt: string | null; rotated: boolean };
  /** the same as in the response headers */
  rateLimit: RateLimitStanding;
  /** result of the last probe */
  database: DatabaseState;
}

/** Returns the coordinator's standing from memory. Its identity is at most one second old. */
@Injectable()
export class CoordinatorHealthService {
  constructor(
    private readonly identities: CoordinatorIdentities,
    private readonly database: DatabaseProbe,
  ) {}

  /** @returns without a promise if the identity is known; see {@link CoordinatorIdentities.current} */
  of(caller: Caller, rateLimit: RateLimitStanding): CoordinatorHealth | Promise<CoordinatorHealth> {
    const standing = this.identities.current(caller);
    if (standing instanceof Promise) return standing.then((it) => this.healthOf(it, rateLimit));
    return this.healthOf(standing, rateLimit);
  }

  private healthOf(
    { coordinatorId, coordinatorName, keyId, keyName, keyCreatedAt, keyEndsAt, rotated }: Standing,
    rateLimit: RateLimitStanding,
  ): CoordinatorHealth {
    return {
      coordinator: { id: coordinatorId, name: coordinatorName },
      key: { id: keyId, name: keyName, createdAt: keyCreatedAt, expiresAt: keyEndsAt, rotated },
      rateLimit,
      database: this.database.state,
    };
  }
}
