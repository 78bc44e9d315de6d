import { DomainError } from './domain-error.js';

/** One rule that one member of the request breaks; `member` is a path such as `repositories.0`. */
export interface MemberError {
  member: string;
  message: string;
}

/** 400 `invalid-request`, with the members at fault. */
export class InvalidRequestError extends DomainError {
  constructor(detail: string, errors: readonly MemberError[] = []) {
    super('invalid-request', detail, errors.length > 0 ? { members: { errors } } : {});
  }

  static of(member: string, message: string): InvalidRequestError {
    return new InvalidRequestError(message, [{ member, message }]);
  }
}
