import { DomainError } from '../problems/domain-error.js';

/** 401: the request carried no credential. */
export class MissingCredentialError extends DomainError {
  constructor() {
    super('missing-credential', 'This route needs a credential.', {
      refusal: { action: 'auth.denied', reason: 'missing-credential' },
    });
  }
}

/** 401: a malformed, an unknown or a wrong credential. The answer is the same for all three, so it reveals nothing. */
export class InvalidCredentialError extends DomainError {
  /**
   * @param detail only about what anyone can see, such as the prefix of the key; never about what the server knows of
   * the key
   */
  constructor(detail = 'The credential is not valid.') {
    super('invalid-credential', detail, {
      refusal: { action: 'auth.denied', reason: 'invalid-credential' },
    });
  }
}
