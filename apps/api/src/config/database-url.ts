/** What a session asks of its server, by the names of libpq. */
const ROLES = ['read-write', 'primary'] as const;
export type ServerRole = (typeof ROLES)[number];

export interface DatabaseAddress {
  /** one URL for each host, in the given order */
  urls: [string, ...string[]];
  /** undefined: any server will do, and there is one host */
  role?: ServerRole;
}

/** scheme and login, hosts, the rest */
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s;

/**
 * Reads the URL of a database. As in libpq, it may name several hosts, `postgresql://login@one:5432,two:5432/name`, of
 * which a session uses the one with the role that `target_session_attrs` names. A server that only reads cannot do the
 * work of the registry, so several hosts need a role.
 *
 * @returns a text if it breaks a rule: what the URL must be
 */
export function readDatabaseUrl(text: string): DatabaseAddress | string {
  const [, login, hosts, rest] = PARTS.exec(text) ?? [];
  if (login === undefined || hosts === undefined || rest === undefined) return MUST_BE;
  const urls = hosts.split(',').map((host) => `${login}${host}${rest}`);
  if (!urls.every((url) => URL.canParse(url))) return MUST_BE;

  const [first = '', ...others] = urls.map(withoutRole);
  const attributes = new URL(urls[0] ?? '').searchParams.getAll(ROLE_PARAMETER);
  const role = ROLES.find((it) => it === attributes.at(-1));
  if (role === undefined && attributes.length + others.length > 0) return ROLE_RULE;
  return { urls: [first, ...others], ...(role !== undefined && { role }) };
}

const MUST_BE = 'must be a URL that begins with postgres:// or postgresql://';
const ROLE_PARAMETER = 'target_session_attrs';
const ROLE_RULE = `must have ${ROLE_PARAMETER}=${ROLES.join(' or ')} if it names several hosts or has that parameter`;

function withoutRole(text: string): string {
  const url = new URL(text);
  if (!url.searchParams.has(ROLE_PARAMETER)) return text;
  url.searchParams.delete(ROLE_PARAMETER);
  return url.href;
}
