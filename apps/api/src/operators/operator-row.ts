import type { RowOf } from '../database/row.js';
import { type Operator as OperatorModel, Prisma } from '../generated/prisma/client.js';
import type { Operator, OperatorRole } from './operator.js';

export interface OperatorRow
  extends RowOf<
    OperatorModel,
    | 'id'
    | 'name'
    | 'keyId'
    | 'kid'
    | 'oidcIssuer'
    | 'oidcSubject'
    | 'keyExpiresAt'
    | 'createdAt'
    | 'updatedAt'
  > {
  role: OperatorRole;
  /** null in the database; the model cannot say that of an array */
  workspace_ids: string[] | null;
  last_used_at: Date | null;
  allowed_networks: string[];
}

export const OPERATOR_COLUMNS = Prisma.sql`id, name, role, workspace_ids, key_id, kid, oidc_issuer, oidc_subject, key_expires_at,
  (SELECT use.last_used_at FROM public.operator_uses AS use WHERE use.operator_id = id) AS last_used_at,
  allowed_networks::text[] AS allowed_networks, created_at, updated_at`;

export function isOperatorRow<Row extends Partial<OperatorRow>>(row: Row): row is Row & OperatorRow {
  return typeof row.id === 'string';
}

export function toOperator(row: OperatorRow): Operator {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    workspaceIds: row.workspace_ids,
    keyId: row.key_id,
    kid: row.kid,
    identity: identityOf(row),
    keyExpiresAt: row.key_expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    allowedNetworks: row.allowed_networks,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function identityOf({ oidc_issuer, oidc_subject }: OperatorRow): Operator['identity'] {
  return oidc_issuer === null || oidc_subject === null
    ? null
    : { issuer: oidc_issuer, subject: oidc_subject };
}
