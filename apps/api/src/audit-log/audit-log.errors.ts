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
