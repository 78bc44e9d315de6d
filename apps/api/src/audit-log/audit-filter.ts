import type { AuditOutcome } from '../audit-proof/audit-record.js';
import type { AuditAction } from './audit-actions.js';

/** Selects audit records. A missing member matches any record. */
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
