import { Injectable } from '@nestjs/common';
import { CheckpointsService } from '../audit-log/checkpoints/checkpoints.service.js';
import { SealingService } from '../audit-log/sealing/sealing.service.js';
import type { Caller } from '../common/access/caller.js';
import { RequestCounts } from '../common/metrics/request-counts.js';
import { CountingStores } from '../rate-limit/counting-store.js';
import { ATTENTION_KINDS, type Attention, type Overview, SEVERITIES } from './overview.js';
import { OverviewRepository } from './overview.repository.js';

@Injectable()
export class OverviewService {
  constructor(
    private readonly overview: OverviewRepository,
    private readonly checkpoints: CheckpointsService,
    private readonly sealing: SealingService,
    private readonly counting: CountingStores,
    private readonly counts: RequestCounts,
  ) {}

  /** @throws DomainError the refusals of `assertAllowed` */
  async find(caller: Caller): Promise<Overview> {
    const { asOf, isAdmin, seesAll, attention } = await this.overview.find(caller);
    const [last] = (await this.checkpoints.list(caller, { limit: 1 })).items;
    const { state, trouble } = this.sealing;
    const reason = isAdmin ? (trouble ?? null) : null;
    const sealedAt = last?.sealedAt ?? null;
    return {
      asOf: asOf.toISOString(),
      requests: seesAll
        ? this.counts.lastHour().map(({ at, ...counted }) => ({ at: new Date(at).toISOString(), ...counted }))
        : null,
      seal: { state, reason, seq: last?.seq ?? null, size: last?.size ?? null, sealedAt },
      rateLimits: this.counting.redis === 'ok' ? 'shared' : 'alone',
      attention: [
        ...(state === 'ok' ? [] : [ofServer('sealing-stopped', sealedAt, { state, reason })]),
        ...(this.counting.redis === 'unavailable' ? [ofServer('redis-away', null, {})] : []),
        ...attention,
      ].sort(bySeverity),
    };
  }
}

function ofServer(kind: Attention['kind'], since: string | null, values: Attention['values']): Attention {
  const subject = { kind: 'server', id: null, name: null } as const;
  return { kind, severity: 'critical', since, count: 1, subject, values };
}

function bySeverity(one: Attention, other: Attention): number {
  return rank(one) - rank(other);
}

function rank({ severity, kind }: Attention): number {
  return SEVERITIES.indexOf(severity) * ATTENTION_KINDS.length + ATTENTION_KINDS.indexOf(kind);
}
