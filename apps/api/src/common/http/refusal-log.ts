import type { Refusal } from '../problems/domain-error.js';
import type { RequestContext } from './request-context.js';

/** The details of the refused request in the audit record. */
export interface RefusedRequest
  extends Pick<RequestContext, 'caller' | 'requestId' | 'sourceAddress' | 'userAgent'> {
  /** the method and the pattern of the route, such as `GET /jobs/:id`, never the path; undefined: unknown */
  route?: string | undefined;
}

/** Records refusals. This is a port; the audit log implements it. */
export abstract class RefusalLog {
  /** Never throws and never delays the answer. */
  abstract record(refusal: Refusal, who: RefusedRequest): void;
}
