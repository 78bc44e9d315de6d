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
