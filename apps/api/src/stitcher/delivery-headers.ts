import { InvalidRequestError } from '../common/problems/invalid-request.error.js';
import type { DeliveryHeaders } from './delivery.js';

const EVENT = /^[\x21-\x7e]{1,100}$/;
const ID = /^[\x21-\x7e]{1,255}$/;

/** The headers that describe a delivery, as sent; undefined if missing. */
export interface SentHeaders {
  giteaEvent: string | undefined;
  githubEvent: string | undefined;
  giteaDelivery: string | undefined;
  githubDelivery: string | undefined;
}

/**
 * Gitea's own headers take precedence, because Gitea also sends GitHub's for compatibility. Without an event header,
 * the body is the bot's own.
 *
 * @throws InvalidRequestError if a header is sent twice, empty, too long or has other characters than visible ASCII
 */
export function readDeliveryHeaders(sent: SentHeaders): DeliveryHeaders {
  return {
    event: one('X-Gitea-Event', sent.giteaEvent, EVENT) ?? one('X-GitHub-Event', sent.githubEvent, EVENT),
    id: one('X-Gitea-Delivery', sent.giteaDelivery, ID) ?? one('X-GitHub-Delivery', sent.githubDelivery, ID),
  };
}

function one(name: string, sent: string | undefined, form: RegExp): string | null {
  if (sent === undefined) return null;
  // If a header is sent twice, Node joins the values with a comma and a space.
  if (!form.test(sent)) {
    throw InvalidRequestError.of(name, `${name} must be given once, in visible ASCII characters`);
  }
  return sent;
}
