/** What authentication needs to know about a key and its owner, as last read. No permission check uses it. */
export interface KeyIdentity {
  coordinatorId: string;
  coordinatorName: string;
  keyId: string;
  /** when the key ends, or when it ended, also by a revocation; ISO 8601; null: never */
  keyEndsAt: string | null;
  rateLimitPerMinute: number;
}

/** The result of authorize_coordinator, with more about the key; `refusal` is a problem code, or null. */
export interface Standing extends KeyIdentity {
  refusal: string | null;
  keyName: string | null;
  keyCreatedAt: string;
  /** whether the key has a live successor */
  rotated: boolean;
}
