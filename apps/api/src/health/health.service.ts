import { Injectable } from '@nestjs/common';
import { SealingService, type SealingState } from '../audit-log/sealing/sealing.service.js';
import { DatabaseProbe, type DatabaseState } from '../database/database-probe.js';
import { CountingStores } from '../rate-limit/counting-store.js';

export const HEALTH_STATUSES = ['ok', 'degraded', 'unavailable'] as const;

export interface Health {
  /** `degraded`: requests are served, but a person should look at the server; `unavailable`: requests are not served */
  status: (typeof HEALTH_STATUSES)[number];
  checks: Record<string, DatabaseState | SealingState>;
}

@Injectable()
export class HealthService {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly sealing: SealingService,
    private readonly counting: CountingStores,
  ) {}

  /** Whether the process is running: it always answers. */
  live(): Health {
    return { status: 'ok', checks: {} };
  }

  /** Whether requests can be served. */
  async ready(): Promise<Health> {
    const database = await this.database.current();
    const sealing = this.sealing.state;
    const { redis } = this.counting;
    return {
      status: statusOf(database, sealing, redis),
      checks: { database, sealing, ...(redis !== undefined && { redis }) },
    };
  }
}

/**
 * Records that are not sealed now are sealed later, a read-only database still answers reads, and without Redis each
 * replica limits for itself.
 */
function statusOf(
  database: DatabaseState,
  sealing: SealingState,
  redis: CountingStores['redis'],
): Health['status'] {
  if (database === 'unavailable') return 'unavailable';
  return database === 'ok' && sealing === 'ok' && redis !== 'unavailable' ? 'ok' : 'degraded';
}
