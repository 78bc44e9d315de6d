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
