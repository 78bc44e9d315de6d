/** The states of a key, and of a webhook. */
export const CREDENTIAL_STATES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;
export type CredentialState = (typeof CREDENTIAL_STATES)[number];

/** A key of a coordinator, without anything that helps to guess it. Times are ISO 8601 in UTC. */
export interface CoordinatorKey {
  id: string;
  coordinatorId: string;
  /** the public part of the key, which names it */
  kid: string;
  /** how the key begins; null for the environment key, whose text the registry did not generate */
  prefix: string | null;
  name: string | null;
  /** whether it is the environment key */
  environment: boolean;
  /** a rotated key stays ACTIVE until its overlap ends */
  state: CredentialState;
  createdAt: string;
  expiresAt: string | null;
  rotatedAt: string | null;
  revokedAt: string | null;
  /** precise to about a minute */
  lastUsedAt: string | null;
  /** the key that this one replaced in a rotation */
  predecessorId: string | null;
}

/** A key and its text. The text is shown only this once. */
export interface IssuedKey {
  key: CoordinatorKey;
  apiKey: string;
}
