import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { CoordinatorIdentities } from '../coordinators/authentication/coordinator-identities.js';
import { DatabaseProbe, type DatabaseState } from '../database/database-probe.js';
import { rateLimitKey } from '../rate-limit/rate-limit.js';
import { RateLimitStorage } from '../rate-limit/rate-limit.storage.js';
import { MINUTE_MS } from '../rate-limit/sliding-window.js';

export interface CoordinatorHealth {
  coordinator: { id: string; name: string };
  keyId: string;
  /** this request counted; `resetSeconds` is when the whole limit is free again */
  rateLimit: { limit: number; remaining: number; resetSeconds: number };
  /** as last probed */
  database: DatabaseState;
}

/** Tells a coordinator how it stands, from memory: its identity is at most a second old. */
@Injectable()
export class CoordinatorHealthService {
  constructor(
    private readonly identities: CoordinatorIdentities,
    private readonly requests: RateLimitStorage,
    private readonly database: DatabaseProbe,
  ) {}

  /** @throws DomainError the guard's refusals, `database-unavailable` */
  async of(caller: Caller): Promise<CoordinatorHealth> {
    const { id, name, keyId, rateLimitPerMinute: limit } = await this.identities.current(caller);
    const { remaining, resetSeconds } = await this.requests.peek(rateLimitKey(caller), MINUTE_MS, limit);
    return {
      coordinator: { id, name },
      keyId,
      rateLimit: { limit, remaining, resetSeconds },
      database: this.database.state,
    };
  }
}
