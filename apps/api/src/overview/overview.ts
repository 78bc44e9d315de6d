import type { SealingState } from '../audit-log/sealing/sealing.service.js';

export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** What may need a person. */
export const ATTENTION_KINDS = [
  'sealing-stopped',
  'redis-away',
  'refusals',
  'key-ends',
  'old-key-used',
  'key-never-used',
  'coordinator-limited',
  'workspace-full',
  'jobs-without-lease',
] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

/** One thing that needs a person. Times are ISO 8601 in UTC. */
export interface Attention {
  kind: AttentionKind;
  severity: (typeof SEVERITIES)[number];
  /** since when it is so; null: unknown */
  since: string | null;
  count: number;
  subject: {
    kind: 'key' | 'coordinator' | 'workspace' | 'address' | 'server';
    /** null: it has none */
    id: string | null;
    name: string | null;
  };
  /** what the sentence about it needs */
  values: { [name: string]: unknown };
}

export interface Overview {
  asOf: string;
  /** the last 60 minutes of the server process that answers; null: the operator does not see all workspaces */
  requests: { at: string; served: number; refused: number; limited: number }[] | null;
  seal: {
    state: SealingState;
    /** null: nothing is wrong, or the operator is no ADMIN */
    reason: string | null;
    /** null, as the following: there is no checkpoint yet */
    seq: number | null;
    size: number | null;
    sealedAt: string | null;
  };
  /** whether all replicas count requests together */
  rateLimits: 'shared' | 'alone';
  attention: Attention[];
}
