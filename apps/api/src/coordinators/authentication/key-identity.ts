/** What authentication needs of a key: who it is, as last read. No right hangs on it. */
export interface KeyIdentity {
  id: string;
  name: string;
  keyId: string;
  rateLimitPerMinute: number;
}

/** What authorize_coordinator says; `refusal` as a problem code, or null. */
export type Standing = KeyIdentity & { refusal: string | null };
