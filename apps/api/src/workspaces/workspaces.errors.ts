import { DomainError } from '../common/problems/domain-error.js';

export class WorkspaceNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'There is no such workspace.');
  }
}

/** The id or slug is in use by another workspace, or a repository belongs to another one. */
export class WorkspaceExistsError extends DomainError {
  constructor(member: 'id' | 'slug' | 'repositories', values: readonly string[], existingId?: string) {
    super(
      'already-exists',
      member === 'repositories'
        ? `Another workspace has ${values.length === 1 ? 'the repository' : 'the repositories'} ${values.join(', ')}.`
        : `There is a workspace with the ${member} ${values.join(', ')}.`,
      { members: { member, values, ...(existingId !== undefined && { existingId }) } },
    );
  }
}
