import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { RateLimitStanding } from '../common/http/request-context.js';
import { CoordinatorIdentities } from '../coordinators/authentication/coordinator-identities.js';
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

  /** @throws DomainError the refusals of `assertAllowed`, `database-unavailable` */
  async of(caller: Caller, rateLimit: RateLimitStanding): Promise<CoordinatorHealth> {
    const { coordinatorId, coordinatorName, keyId, keyName, keyCreatedAt, keyEndsAt, rotated } =
      await this.identities.current(caller);
    return {
      coordinator: { id: coordinatorId, name: coordinatorName },
      key: { id: keyId, name: keyName, createdAt: keyCreatedAt, expiresAt: keyEndsAt, rotated },
      rateLimit,
      database: this.database.state,
    };
  }
}
