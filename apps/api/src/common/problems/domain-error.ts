import type { ProblemCode } from './catalogue.js';

/** A refusal as the audit log records it; outcome and actor are the log's to add. */
export interface Refusal {
  action: 'auth.denied' | 'access.denied' | 'rate.limited';
  reason: string;
  workspaceId?: string;
  resourceType?: string;
  resourceId?: string;
}

export interface DomainErrorExtra {
  /** further members of the answer */
  members?: Record<string, unknown>;
  retryAfterSeconds?: number;
  /** it is not known whether the change was made: the answer to a request that may change something says so */
  outcomeUnknown?: true;
  /** every 401, 403 and 429 carries one */
  refusal?: Refusal;
}

/**
 * Something that may go wrong by the rules of the domain. It knows the problem's code, not its HTTP status; one filter turns
 * it into the answer. `detail` is read by the caller: nothing internal belongs in it.
 */
export class DomainError extends Error {
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly extra: DomainErrorExtra = {},
  ) {
    super(detail);
    this.name = new.target.name;
  }
}
