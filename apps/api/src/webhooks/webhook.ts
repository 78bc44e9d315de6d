/** The endpoint of one forge, whose deliveries are signed. Times are ISO 8601 in UTC. */
export interface Webhook {
  id: string;
  coordinatorId: string;
  name: string | null;
  /** where the forge sends its deliveries, on this server */
  path: string;
  /** a rotated webhook stays ACTIVE until its overlap is over */
  state: 'ACTIVE' | 'EXPIRED' | 'REVOKED';
  createdAt: string;
  /** the end of a rotated webhook's overlap */
  expiresAt: string | null;
  rotatedAt: string | null;
  revokedAt: string | null;
  /** the webhook that this one was rotated from */
  predecessorId: string | null;
}

/** A webhook and its secret, which is shown this once. */
export interface IssuedWebhook {
  webhook: Webhook;
  secret: string;
}
