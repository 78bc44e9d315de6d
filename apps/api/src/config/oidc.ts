import { isLoopbackHost } from './networks.js';
import { RuleBroken, uuidList } from './readers.js';

/** Who gets which rights: everyone whose ID token has this value of this claim. */
export interface OidcRule {
  claim: string;
  value: string;
  role: (typeof ROLES)[number];
  /** null: every workspace, as for every ADMIN */
  workspaceIds: string[] | null;
}

const ROLES = ['ADMIN', 'OPERATOR', 'AUDITOR'] as const;
const MEMBERS = ['claim', 'value', 'role', 'workspaceIds'];

/** The issuer identifier of a provider (OpenID Connect Discovery, section 3): https, or this machine. */
export function oidcIssuer(text: string): URL {
  const rule = 'must be an https URL without user, query and fragment; http only on a loopback address';
  if (!URL.canParse(text)) throw new RuleBroken(rule);
  const issuer = new URL(text);
  const { protocol, hostname, username, password, search, hash } = issuer;
  const isProtected = protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
  if (!isProtected || username + password + search + hash !== '') throw new RuleBroken(rule);
  return issuer;
}

export function oidcScope(text: string): string {
  const scopes = text.split(' ');
  // RFC 6749, section 3.3
  if (!scopes.includes('openid') || !scopes.every((it) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(it))) {
    throw new RuleBroken('must be scopes with one space between them, openid among them');
  }
  return text;
}

/** A JSON array of {@link OidcRule}s. As for an operator with a key, only an ADMIN may go without `workspaceIds`. */
export function oidcRules(text: string): OidcRule[] {
  const rules = jsonOf(text);
  if (!Array.isArray(rules) || rules.length === 0) {
    throw new RuleBroken(
      'must be a JSON array like [{"claim":"groups","value":"on-call","role":"OPERATOR","workspaceIds":null}]',
    );
  }
  return rules.map((rule: unknown, index) => ruleOf(rule, (fault) => new RuleBroken(`[${index}] ${fault}`)));
}

function ruleOf(given: unknown, broken: (fault: string) => RuleBroken): OidcRule {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw broken('must be an object');
  }
  const rule: Record<string, unknown> = { ...given };
  if (!Object.keys(rule).every((it) => MEMBERS.includes(it))) {
    throw broken(`must have no other members than ${MEMBERS.join(', ')}`);
  }
  const { claim, value, workspaceIds } = rule;
  if (typeof claim !== 'string' || claim === '') throw broken('claim must be the name of a claim');
  if (typeof value !== 'string' || value === '') throw broken('value must be a text');
  const role = ROLES.find((it) => it === rule.role);
  if (role === undefined) throw broken(`role must be one of ${ROLES.join(', ')}`);
  if (role === 'ADMIN') {
    if ((workspaceIds ?? null) !== null) throw broken('workspaceIds cannot limit an ADMIN');
    return { claim, value, role, workspaceIds: null };
  }
  if (workspaceIds === null) return { claim, value, role, workspaceIds };
  if (!Array.isArray(workspaceIds) || !workspaceIds.every((it) => typeof it === 'string')) {
    throw broken(`workspaceIds must name the workspaces of an ${role}; null means all of them`);
  }
  try {
    return { claim, value, role, workspaceIds: uuidList(workspaceIds.join(',')) };
  } catch (error) {
    throw error instanceof RuleBroken ? broken('workspaceIds must be ids of workspaces (UUIDs)') : error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
