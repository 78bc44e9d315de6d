/** What authentication needs to know about a key and its owner, as last read. No permission check uses it. */
export interface KeyIdentity {
  id: string;
  name: string;
  keyId: string;
  rateLimitPerMinute: number;
}

/** The result of authorize_coordinator; `refusal` is a problem code, or null. */
export type Standing = KeyIdentity & { refusal: string | null };
