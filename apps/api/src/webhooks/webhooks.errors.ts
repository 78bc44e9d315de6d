import { DomainError } from '../common/problems/domain-error.js';
import type { Webhook } from './webhook.js';

export class WebhookNotFoundError extends DomainError {
  constructor() {
    super('not-found', 'The coordinator has no such webhook.');
  }
}

/** Only an ACTIVE webhook can be rotated. */
export class WebhookNotActiveError extends DomainError {
  constructor(state: Webhook['state']) {
    super(
      'illegal-transition',
      `The webhook is ${state.toLowerCase()} and cannot be rotated; create another one.`,
      {
        members: { currentStatus: state },
      },
    );
  }
}
