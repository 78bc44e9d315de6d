import { DomainError } from '../common/problems/domain-error.js';
import { InvalidRequestError } from '../common/problems/invalid-request.error.js';

export class OperatorNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'There is no such operator.');
  }
}

/** A session proves a browser, and any page can make a browser send a request. */
export class CrossSiteRequestError extends DomainError {
  constructor() {
    super(
      'cross-site-request',
      'A request with a session may change something only if a page of this server sends it. Other programs send an access key: `Authorization: Bearer cro_…`.',
      {
        refusal: { action: 'access.denied', reason: 'cross-site-request' },
      },
    );
  }
}

/** Names are unique among the operators that are not deleted. */
export class OperatorExistsError extends DomainError {
  constructor(name: string, existingId?: string) {
    super('already-exists', `There is an operator with the name ${name}.`, {
      members: { member: 'name', values: [name], ...(existingId !== undefined && { existingId }) },
    });
  }
}

/** The provider authenticates this operator, who has no key. A key would outlive what the provider says. */
export class NoKeyToRotateError extends DomainError {
  constructor() {
    super('illegal-transition', 'The operator signs in with the provider, and has no key to rotate.');
  }
}

/** The change would leave no administrator. */
export class LastAdminError extends DomainError {
  constructor() {
    super('last-admin', 'This is the last operator with the role ADMIN whose key has not expired.');
  }
}

/** An omitted `workspaceIds` must not mean all workspaces. */
export class WorkspacesMissingError extends InvalidRequestError {
  constructor() {
    const message = 'workspaceIds must name the workspaces of an OPERATOR or AUDITOR; null means all of them';
    super(message, [{ member: 'workspaceIds', message }]);
  }
}

/** An ADMIN sees every workspace. Only the other roles may be limited. */
export class AdminLimitedError extends InvalidRequestError {
  constructor() {
    const message = 'workspaceIds cannot limit an ADMIN';
    super(message, [{ member: 'workspaceIds', message }]);
  }
}
