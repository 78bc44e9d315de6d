/** A credential of a coordinator, without anything that would help to guess it. Times are ISO 8601 in UTC. */
export interface CoordinatorKey {
  id: string;
  coordinatorId: string;
  /** the public part of the key, by which it can be told from others */
  kid: string;
  /** how the key begins; null for the key of COORDINATOR_API_KEY, whose text the registry did not make */
  prefix: string | null;
  name: string | null;
  /** whether it stands for COORDINATOR_API_KEY */
  environment: boolean;
  /** a rotated key stays ACTIVE until its overlap is over */
  state: 'ACTIVE' | 'EXPIRED' | 'REVOKED';
  createdAt: string;
  expiresAt: string | null;
  rotatedAt: string | null;
  revokedAt: string | null;
  /** to about a minute */
  lastUsedAt: string | null;
  /** the key that this one was rotated from */
  predecessorId: string | null;
}

/** A key and its text, which is shown this once. */
export interface IssuedKey {
  key: CoordinatorKey;
  apiKey: string;
}
