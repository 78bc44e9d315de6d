import { DomainError } from '../common/problems/domain-error.js';

/** 404 for an unknown record and for another workspace's alike; only the log itself learns which. */
export class AuditRecordNotFoundError extends DomainError {
  constructor(id: string, foreignWorkspaceId: string | null) {
    super('not-found', 'There is no such audit record.', {
      ...(foreignWorkspaceId !== null && {
        refusal: {
          action: 'access.denied',
          reason: 'workspace-forbidden',
          workspaceId: foreignWorkspaceId,
          resourceType: 'audit-record',
          resourceId: id,
        },
      }),
    });
  }
}

/** 429: the operator's last export has not ended, or the process has as many as it runs at once. */
export class ExportsLimitedError extends DomainError {
  constructor(detail: string) {
    super('exports-limited', detail, {
      retryAfterSeconds: 10,
      refusal: { action: 'rate.limited', reason: 'exports-limited', resourceType: 'audit-log' },
    });
  }
}

/** 403, or in the middle of an export its end: the rest of it would not be of the same workspaces. */
export class ExportScopeChangedError extends DomainError {
  constructor() {
    super('workspace-forbidden', 'The workspaces that you may see have changed since the export began.', {
      refusal: { action: 'access.denied', reason: 'workspace-forbidden', resourceType: 'audit-log' },
    });
  }
}

/** 409: a record is sealed within about a second of its commit. */
export class RecordUnsealedError extends DomainError {
  constructor() {
    super('record-unsealed', 'The record is in no checkpoint yet.', { retryAfterSeconds: 2 });
  }
}

export class CheckpointNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'There is no checkpoint yet.');
  }
}

export class AuditActorNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'There is no such coordinator or operator.');
  }
}
