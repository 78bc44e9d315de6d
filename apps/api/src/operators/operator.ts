export const OPERATOR_ROLES = ['ADMIN', 'OPERATOR'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** A person or tool on the admin side. Times are ISO 8601 in UTC. */
export interface Operator {
  id: string;
  name: string;
  role: OperatorRole;
  /** the workspaces it may look into; null: all of them, as every ADMIN may */
  workspaceIds: string[] | null;
  /** of the present access key */
  keyId: string;
  /** the public part of the present access key, by which it can be told from others */
  kid: string;
  createdAt: string;
  updatedAt: string;
}

/** An operator and its new access key, which is shown this once. */
export interface IssuedOperator {
  operator: Operator;
  accessKey: string;
}

export interface NewOperator {
  name: string;
  role: OperatorRole;
  workspaceIds: string[] | null;
}

/** undefined: as it is. */
export interface OperatorChange {
  name?: string | undefined;
  role?: OperatorRole | undefined;
  workspaceIds?: string[] | null | undefined;
}
