import { InvalidRequestError } from '../common/problems/invalid-request.error.js';
import type { DeliveryHeaders } from './delivery.js';

const EVENT = /^[\x21-\x7e]{1,100}$/;
const ID = /^[\x21-\x7e]{1,255}$/;

/** The headers that say what a delivery is, as they were sent; undefined: not at all. */
export interface SentHeaders {
  giteaEvent: string | undefined;
  githubEvent: string | undefined;
  giteaDelivery: string | undefined;
  githubDelivery: string | undefined;
}

/**
 * Gitea sends GitHub's headers too, for compatibility; its own come first. Without an event, the body is the bot's.
 *
 * @throws InvalidRequestError for one that is sent twice, empty, over-long or not of visible ASCII characters
 */
export function readDeliveryHeaders(sent: SentHeaders): DeliveryHeaders {
  return {
    event: one('X-Gitea-Event', sent.giteaEvent, EVENT) ?? one('X-GitHub-Event', sent.githubEvent, EVENT),
    id: one('X-Gitea-Delivery', sent.giteaDelivery, ID) ?? one('X-GitHub-Delivery', sent.githubDelivery, ID),
  };
}

function one(name: string, sent: string | undefined, form: RegExp): string | null {
  if (sent === undefined) return null;
  // Node joins those of two lines with a comma and a blank.
  if (!form.test(sent)) {
    throw InvalidRequestError.of(name, `${name} must be given once, in visible ASCII characters`);
  }
  return sent;
}
