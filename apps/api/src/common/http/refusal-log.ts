import type { Refusal } from '../problems/domain-error.js';
import type { RequestContext } from './request-context.js';

/** The details of the refused request in the audit record. */
export type RefusedRequest = Pick<RequestContext, 'caller' | 'requestId' | 'sourceAddress' | 'userAgent'>;

/** Records refusals. This is a port; the audit log implements it. */
export abstract class RefusalLog {
  /** Never throws and never delays the answer. */
  abstract record(refusal: Refusal, who: RefusedRequest): void;
}
