import type { RequestContext } from '../http/request-context.js';
import type { Refusal } from './domain-error.js';

/** What a record of a refusal says of who was refused. */
export type RefusedRequest = Pick<RequestContext, 'caller' | 'requestId' | 'sourceAddress' | 'userAgent'>;

/** Where refusals go to be recorded: a port, which the audit log provides. */
export abstract class RefusalLog {
  /** Never throws and never holds up the answer. */
  abstract record(refusal: Refusal, who: RefusedRequest): void;
}
