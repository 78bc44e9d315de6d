import type { AuditActorType, AuditOutcome } from '../audit-proof/audit-record.js';
import type { AuditAction } from './audit-actions.js';

/** Selects audit records. A missing member matches any record. */
export interface AuditFilter {
  workspaceId?: string | undefined;
  actorId?: string | undefined;
  keyId?: string | undefined;
  kid?: string | undefined;
  resourceId?: string | undefined;
  /** any of them */
  action?: readonly AuditAction[] | undefined;
  outcome?: AuditOutcome | undefined;
  requestId?: string | undefined;
  actorType?: AuditActorType | undefined;
  /** the whole text */
  reason?: string | undefined;
  /** an address, or a network in CIDR form */
  sourceIp?: string | undefined;
  /** at or after */
  from?: Date | undefined;
  /** before */
  to?: Date | undefined;
}
