import { DomainError } from '../common/problems/domain-error.js';

/** 404 both for an unknown record and for a record of another workspace. Only the audit log has the difference. */
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

/** 429: the operator's previous export is still running, or the process already runs its maximum of exports. */
export class ExportsLimitedError extends DomainError {
  constructor(detail: string) {
    super('exports-limited', detail, {
      retryAfterSeconds: 10,
      refusal: { action: 'rate.limited', reason: 'exports-limited', resourceType: 'audit-log' },
    });
  }
}

/** 403, or, in the middle of an export, its end: the rest of the export would not be from the same workspaces. */
export class ExportScopeChangedError extends DomainError {
  constructor() {
    super('workspace-forbidden', 'The workspaces that you may see have changed since the export began.', {
      refusal: { action: 'access.denied', reason: 'workspace-forbidden', resourceType: 'audit-log' },
    });
  }
}

/** 409: a record is sealed about one second after its commit, at the latest. */
export class RecordUnsealedError extends DomainError {
  constructor() {
    super('record-unsealed', 'The record is in no checkpoint yet.', { retryAfterSeconds: 2 });
  }
}

export class CheckpointNotFoundError extends DomainError {
  constructor(seq?: number) {
    super('not-found', seq === undefined ? 'There is no checkpoint yet.' : `There is no checkpoint ${seq}.`);
  }
}

export class AuditActorNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'There is no such coordinator or operator.');
  }
}

/** 410: retention has removed the record that comes next. */
export class PositionPrunedError extends DomainError {
  constructor(oldest: number | null) {
    super(
      'position-pruned',
      'Retention has removed records after this position. Without "after", the feed begins with the oldest record.',
      { members: { oldest } },
    );
  }
}

/** 409: the log has not come that far, for example because the database was set back. */
export class PositionUnknownError extends DomainError {
  constructor(newest: number) {
    super('position-unknown', `The newest sealed record has the position ${newest}.`, {
      members: { newest },
    });
  }
}

/** 503: the server has only just started, or cannot read its signing key. */
export class SigningKeyUnreadError extends DomainError {
  constructor() {
    super('overloaded', 'The server has not read the key that signs checkpoints.', { retryAfterSeconds: 2 });
  }
}
