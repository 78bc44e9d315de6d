import { DomainError, type Refusal } from '../problems/domain-error.js';

const DETAILS = {
  'key-revoked': 'This key has been revoked.',
  'key-expired': 'This key has expired.',
  'coordinator-suspended': 'This coordinator is suspended.',
  'network-forbidden': 'The caller may not call from this address.',
  'permission-missing': 'The caller lacks the permission that this route asks for.',
  'workspace-forbidden': 'The caller may not touch this workspace.',
  'repository-forbidden':
    'The repository is unknown or belongs to a workspace that the caller may not touch.',
} as const;

export type RefusalCode = keyof typeof DETAILS;

function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(DETAILS, code);
}

/**
 * The error for a refusal that Postgres decided, by its problem code: 401 for `key-revoked` and `key-expired`, 403 for
 * the others.
 *
 * @throws Error for an unknown code: then the SQL and this table disagree
 */
export function accessRefused(
  code: string,
  about: Pick<Refusal, 'workspaceId' | 'resourceType' | 'resourceId'> = {},
): DomainError {
  if (!isRefusalCode(code)) throw new Error(`unknown refusal: ${code}`);
  const action = code === 'key-revoked' || code === 'key-expired' ? 'auth.denied' : 'access.denied';
  return new DomainError(code, DETAILS[code], { refusal: { action, reason: code, ...about } });
}
