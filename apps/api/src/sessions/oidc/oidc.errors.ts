import { DomainError } from '../../common/problems/domain-error.js';

/** As if the routes did not exist. */
export class NoProviderError extends DomainError {
  constructor() {
    super('not-found', 'This server has no OpenID provider. Sign in with an access key.');
  }
}

/** The sign-in as such went wrong. Nothing is said of the person. */
export class SignInFailedError extends DomainError {
  /** @param reason for the audit log */
  constructor(reason: string, detail: string) {
    super('sign-in-failed', `${detail} Start the sign-in again.`, {
      refusal: { action: 'auth.denied', reason },
    });
  }
}

/** The person may not sign in. */
export class SignInRefusedError extends DomainError {
  /** @param reason for the audit log */
  constructor(reason: string, detail: string) {
    super('sign-in-refused', detail, { refusal: { action: 'auth.denied', reason } });
  }
}

/** The provider is away, faulty, or disagrees with the configuration of this server. */
export class ProviderUnavailableError extends DomainError {
  constructor(detail: string) {
    super('provider-unavailable', `${detail} An access key still works.`);
  }
}
