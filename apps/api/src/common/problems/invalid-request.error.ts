import { DomainError } from './domain-error.js';
import type { MemberError } from './members.js';

/** 400 `invalid-request`, with the invalid members. */
export class InvalidRequestError extends DomainError {
  constructor(detail: string, errors: readonly MemberError[] = []) {
    super('invalid-request', detail, errors.length > 0 ? { members: { errors } } : {});
  }

  static of(member: string, message: string): InvalidRequestError {
    return new InvalidRequestError(message, [{ member, message }]);
  }
}
