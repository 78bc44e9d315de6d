import type { ProblemCode } from './catalogue.js';

/** A refusal as the audit log records it. The log adds the outcome and the actor. */
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
  /** it is unknown whether the change was made; the answer to a request that may change something says so */
  outcomeUnknown?: true;
  /** every 401, 403 and 429 carries one */
  refusal?: Refusal;
}

/**
 * An error by the rules of the domain. It knows the code of the problem, not its HTTP status; one filter turns it into
 * the answer. The caller reads `detail`, so `detail` must contain nothing internal.
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
