import type { CredentialState } from '../coordinators/coordinator-key.js';

/** The endpoint for one forge, which signs its deliveries. Times are ISO 8601 in UTC. */
export interface Webhook {
  id: string;
  coordinatorId: string;
  name: string | null;
  /** path on this server to which the forge sends its deliveries */
  path: string;
  /** a rotated webhook stays ACTIVE until its overlap ends */
  state: CredentialState;
  createdAt: string;
  /** the end of the overlap of a rotated webhook */
  expiresAt: string | null;
  rotatedAt: string | null;
  revokedAt: string | null;
  /** the webhook that this one replaced in a rotation */
  predecessorId: string | null;
}

/** A webhook and its secret. The secret is shown only this once. */
export interface IssuedWebhook {
  webhook: Webhook;
  secret: string;
}
