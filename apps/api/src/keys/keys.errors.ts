import { DomainError } from '../common/problems/domain-error.js';

/** 429: an address, or an address with one kid, has failed too often within the last minute. */
export class TooManyFailuresError extends DomainError {
  constructor(retryAfterSeconds: number) {
    super('too-many-failures', 'Too many wrong keys came from this address.', {
      retryAfterSeconds,
      refusal: { action: 'rate.limited', reason: 'too-many-failures' },
    });
  }
}

/** 503: too many keys wait to be checked. It says nothing about the key. */
export class OverloadedError extends DomainError {
  constructor() {
    super('overloaded', 'Too many new keys are being checked at the moment. Nothing was done.', {
      retryAfterSeconds: 5,
    });
  }
}
