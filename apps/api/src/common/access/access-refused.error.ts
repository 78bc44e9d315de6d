import { DomainError, type Refusal } from '../problems/domain-error.js';

const DETAILS = {
  'key-revoked': 'This key has been revoked.',
  'key-expired': 'This key has expired.',
  'session-ended': 'This session has ended.',
  'session-expired': 'This session has expired.',
  'coordinator-suspended': 'This coordinator is suspended.',
  'network-forbidden': 'The caller may not call from this address.',
  'permission-missing': 'The caller lacks the permission that this route asks for.',
  'workspace-forbidden': 'The caller may not touch this workspace.',
  'repository-forbidden':
    'The repository is unknown or belongs to a workspace that the caller may not touch.',
} as const;

/** The credential was genuine, and is no longer accepted. */
const ENDED: readonly string[] = ['key-revoked', 'key-expired', 'session-ended', 'session-expired'];

export type RefusalCode = keyof typeof DETAILS;

function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(DETAILS, code);
}

/**
 * The error for a refusal that Postgres decided, by its problem code: 401 for a key or session that has ended, 403 for the
 * others.
 *
 * @throws Error for an unknown code: then the SQL and this table disagree
 */
export function accessRefused(
  code: string,
  about: Pick<Refusal, 'workspaceId' | 'resourceType' | 'resourceId'> = {},
): DomainError {
  if (!isRefusalCode(code)) throw new Error(`unknown refusal: ${code}`);
  const action = ENDED.includes(code) ? 'auth.denied' : 'access.denied';
  return new DomainError(code, DETAILS[code], { refusal: { action, reason: code, ...about } });
}
