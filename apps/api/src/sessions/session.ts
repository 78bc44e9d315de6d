import type { OperatorPermission, OperatorRole } from '../operators/operator.js';

/** A browser that an operator has signed in. Times are ISO 8601 in UTC. */
export interface Session {
  id: string;
  operator: { id: string; name: string };
  createdAt: string;
  /** to about a minute */
  lastSeenAt: string;
  /** 12 hours after it was opened */
  expiresAt: string;
  /** `key`: with an access key; `provider`: with the OpenID provider */
  openedWith: 'key' | 'provider';
  /** of the request that opened it; null: unknown */
  sourceIp: string | null;
  userAgent: string | null;
  /** whether it is the session of this request */
  current: boolean;
}

/** Who is signed in, what it may do, and how long the session lasts. */
export interface SignedIn {
  operator: { id: string; name: string; role: OperatorRole; workspaceIds: string[] | null };
  permissions: OperatorPermission[];
  /** when the session ends unless it is used; null: the request came with a key */
  idleExpiresAt: string | null;
  /** when the session ends in any case; null: the request came with a key */
  expiresAt: string | null;
}

/** A new session, and its token, which is shown only this once. */
export interface OpenedSession {
  token: string;
  signedIn: SignedIn;
}

/** A sign-in with the OpenID provider that has begun. */
export interface OidcStart {
  /** where the page sends the browser */
  url: string;
}

/** What the sign-in page needs to know. */
export interface SignInOptions {
  /** the provider with which operators sign in; null: they sign in with their access keys only */
  oidc: { name: string } | null;
  /** whether this browser could keep a session */
  secure: boolean;
}
