export const AUDIT_ACTOR_TYPES = ['COORDINATOR', 'OPERATOR', 'SYSTEM', 'ANONYMOUS'] as const;
export type AuditActorType = (typeof AUDIT_ACTOR_TYPES)[number];

export const AUDIT_OUTCOMES = ['SUCCESS', 'DENIED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** The old and the new value of a change. A value above 4 KiB is replaced by `{ sha256, bytes }` of its JSON text. */
export interface AuditChange {
  from: unknown;
  to: unknown;
}

/** One audit record. Ids are UUIDs; times are ISO 8601 in UTC with milliseconds. */
export interface AuditRecord {
  /** UUIDv7; its timestamp equals `occurredAt` */
  id: string;
  occurredAt: string;
  actorType: AuditActorType;
  actorId: string | null;
  actorName: string | null;
  keyId: string | null;
  action: string;
  outcome: AuditOutcome;
  /** of a refusal; or of a change, as the operator gave it */
  reason: string | null;
  workspaceId: string | null;
  resourceType: string | null;
  resourceId: string | null;
  /** rev of the job after the change */
  rev: number | null;
  changes: Record<string, AuditChange>;
  requestId: string | null;
  sourceIp: string | null;
  userAgent: string | null;
  /** how many refusals of one kind the record stands for; otherwise 1 */
  occurrences: number;
}
