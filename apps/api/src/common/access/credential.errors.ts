import { DomainError } from '../problems/domain-error.js';

/** 401: the request carried no credential at all. */
export class MissingCredentialError extends DomainError {
  constructor() {
    super('missing-credential', 'This route needs a credential.', {
      refusal: { action: 'auth.denied', reason: 'missing-credential' },
    });
  }
}

/** 401, the same for a malformed, an unknown and a wrong credential: the answer teaches nothing. */
export class InvalidCredentialError extends DomainError {
  /** @param detail of what anyone can see, such as the prefix of the key; never of what the server knows of the key */
  constructor(detail = 'The credential is not valid.') {
    super('invalid-credential', detail, {
      refusal: { action: 'auth.denied', reason: 'invalid-credential' },
    });
  }
}
