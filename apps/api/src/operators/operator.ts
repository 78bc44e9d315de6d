export const OPERATOR_ROLES = ['ADMIN', 'OPERATOR', 'AUDITOR'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Which role has which permission is decided by Postgres (`operator_permissions`). */
export const OPERATOR_PERMISSIONS = [
  'system:admin',
  'audit:read',
  'operator-jobs:read',
  'operator-jobs:write',
] as const;
export type OperatorPermission = (typeof OPERATOR_PERMISSIONS)[number];

/** A person or tool on the admin side. Times are ISO 8601 in UTC. */
export interface Operator {
  id: string;
  name: string;
  role: OperatorRole;
  /** the workspaces that it may touch; null: all of them, as for every ADMIN */
  workspaceIds: string[] | null;
  /** of the current key, or of the identity */
  keyId: string;
  /** the public part of the current key, which names it; null: it signs in with the provider and has no key */
  kid: string | null;
  /** who it is at the provider; null: it has a key */
  identity: { issuer: string; subject: string } | null;
  /** when the current key expires, and with it the access; null: never */
  keyExpiresAt: string | null;
  /** when it last used its key or signed in with the provider, to about a minute; null: never */
  lastUsedAt: string | null;
  /** networks from which the key is accepted; empty: any */
  allowedNetworks: string[];
  createdAt: string;
  updatedAt: string;
}

/** What an operator sees of itself. */
export interface OperatorSelf extends Omit<Operator, 'allowedNetworks' | 'createdAt' | 'updatedAt'> {
  permissions: OperatorPermission[];
}

/** An operator and its new key, which is shown only this once. */
export interface IssuedOperator {
  operator: Operator;
  accessKey: string;
}

export interface NewOperator {
  name: string;
  role: OperatorRole;
  workspaceIds: string[] | null;
  keyExpiresAt: Date | null;
  allowedNetworks: string[];
}

/** undefined: unchanged. */
export interface OperatorChange {
  name?: string | undefined;
  role?: OperatorRole | undefined;
  workspaceIds?: string[] | null | undefined;
  keyExpiresAt?: Date | null | undefined;
  allowedNetworks?: string[] | undefined;
}
