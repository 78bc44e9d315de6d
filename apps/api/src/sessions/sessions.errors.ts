import { DomainError } from '../common/problems/domain-error.js';

export class SessionNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'There is no such session.');
  }
}

/** A browser would not keep the session, and anyone on the way could read the key. */
export class HttpsRequiredError extends DomainError {
  constructor() {
    super('https-required', 'Signing in needs https. This page was opened over http.', {
      refusal: { action: 'auth.denied', reason: 'https-required' },
    });
  }
}
