import type { OidcRule } from '../../config/oidc.js';

export type Rights = Pick<OidcRule, 'role' | 'workspaceIds'>;

/** Claims of a verified ID token. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The rights of a person by the claims of the ID token. The first rule that matches decides the role; the workspaces of
 * all matching rules with this role are added up.
 *
 * @returns undefined: no rule matches, so the person has no rights
 */
export function claimedRights(rules: readonly OidcRule[], claims: Claims): Rights | undefined {
  const matching = rules.filter((it) => matches(it, claims));
  const [first] = matching;
  if (first === undefined) return undefined;
  const { role } = first;
  const ids = new Set<string>();
  for (const rule of matching) {
    if (rule.role !== role) continue;
    if (rule.workspaceIds === null) return { role, workspaceIds: null };
    for (const id of rule.workspaceIds) ids.add(id);
  }
  return { role, workspaceIds: [...ids].sort() };
}

function matches({ claim, value }: OidcRule, claims: Claims): boolean {
  if (!Object.hasOwn(claims, claim)) return false;
  // Some providers let everyone claim any address (OpenID Connect Core, section 5.7).
  if (claim === 'email' && claims.email_verified !== true) return false;
  const claimed = claims[claim];
  return Array.isArray(claimed) ? claimed.includes(value) : claimed === value;
}
