import { DomainError } from '../common/problems/domain-error.js';
import type { CoordinatorKey, EndingKey } from './coordinator-key.js';

export class CoordinatorNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'There is no such coordinator.');
  }
}

export class CoordinatorExistsError extends DomainError {
  constructor(name: string, existingId?: string) {
    super('already-exists', `There is a coordinator with the name ${name}.`, {
      members: { member: 'name', values: [name], ...(existingId !== undefined && { existingId }) },
    });
  }
}

export class KeyNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'The coordinator has no such key.');
  }
}

/** A key has at most one live successor. */
export class SuccessorExistsError extends DomainError {
  constructor(predecessor: EndingKey, successor: EndingKey) {
    const end = predecessor.expiresAt === null ? '' : ` The old key ends at ${predecessor.expiresAt}.`;
    super(
      'successor-exists',
      `The key has a live successor, ${successor.id}.${end} If the text of the successor was lost, an administrator can revoke it, and rotate the key again.`,
      { members: { predecessor, successor } },
    );
  }
}

/** Only an ACTIVE key can be rotated. */
export class KeyNotActiveError extends DomainError {
  constructor(state: CoordinatorKey['state']) {
    super(
      'illegal-transition',
      `The key is ${state.toLowerCase()} and cannot be rotated; issue another one.`,
      {
        members: { currentStatus: state },
      },
    );
  }
}
