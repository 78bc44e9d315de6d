/** Everything that the log can say happened. Retention, erasure, exports and sessions are written by functions of their own. */
export const AUDIT_ACTIONS = [
  'job.created',
  'job.started',
  'job.progressed',
  'job.completed',
  'job.failed',
  'job.retried',
  'job.cancelled',
  'job.expired',
  'job.requeued',
  'job.triggered',
  'job.read',
  'jobs.listed',
  'coordinator.registered',
  'coordinator.updated',
  'coordinator.suspended',
  'coordinator.activated',
  'coordinator.deleted',
  'coordinator-key.issued',
  'coordinator-key.rotated',
  'coordinator-key.revoked',
  'webhook.created',
  'webhook.rotated',
  'webhook.deleted',
  'workspace.created',
  'workspace.updated',
  'operator.created',
  'operator.updated',
  'operator.rotated',
  'operator.deleted',
  'auth.denied',
  'access.denied',
  'rate.limited',
  'audit.exported',
  'audit.retained',
  'audit.erased',
  'audit.key-changed',
  'audit.continued',
  'session.opened',
  'session.closed',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_ACTOR_TYPES = ['COORDINATOR', 'OPERATOR', 'SYSTEM', 'ANONYMOUS'] as const;
export type AuditActorType = (typeof AUDIT_ACTOR_TYPES)[number];

export const AUDIT_OUTCOMES = ['SUCCESS', 'DENIED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** What a value that changed was and became; above 4 KiB it is `{ sha256, bytes }` of the JSON text. */
export interface AuditChange {
  from: unknown;
  to: unknown;
}

/** One row of the log. Ids are UUIDs, times ISO 8601 in UTC with milliseconds. */
export interface AuditRecord {
  /** UUIDv7; its millisecond is that of `occurredAt` */
  id: string;
  occurredAt: string;
  actorType: AuditActorType;
  actorId: string | null;
  actorName: string | null;
  keyId: string | null;
  action: string;
  outcome: AuditOutcome;
  /** why it was refused */
  reason: string | null;
  workspaceId: string | null;
  resourceType: string | null;
  resourceId: string | null;
  /** of the job, after the change */
  rev: number | null;
  changes: Record<string, AuditChange>;
  requestId: string | null;
  sourceIp: string | null;
  userAgent: string | null;
  /** how many refusals of one kind the record stands for; else 1 */
  occurrences: number;
}

/** Which records; an absent member means any. */
export interface AuditFilter {
  workspaceId?: string | undefined;
  actorId?: string | undefined;
  keyId?: string | undefined;
  resourceId?: string | undefined;
  action?: AuditAction | undefined;
  outcome?: AuditOutcome | undefined;
  requestId?: string | undefined;
  /** at or after */
  from?: Date | undefined;
  /** before */
  to?: Date | undefined;
}
