import type { IncomingMessage } from 'node:http';

/** The credential as the client sent it, not verified. */
export type PresentedCredential =
  | { kind: 'none' }
  /** empty, too long, of an unknown scheme, sent twice, or in two headers at once */
  | { kind: 'unusable' }
  | { kind: 'presented'; value: string; scheme: CredentialScheme };

/** `session`: a token in the cookie of a signed-in browser. */
type CredentialScheme = 'x-api-key' | 'bearer' | 'session';

/** With this prefix, a browser sends the cookie only to the host that set it, over https or loopback (RFC 6265bis, section 4.1.3.2). */
export const SESSION_COOKIE = '__Host-session';

const MAX_LENGTH = 512;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
// RFC 9110, section 11.1: the scheme is case-insensitive.
const BEARER = /^bearer +(.+)$/i;
// RFC 7617, section 2: a token68, and nothing after it.
const BASIC = /^basic +[\w.~+/-]+=*$/i;

/**
 * Removes the credential from the request, so that no log, hook or handler can see it in a header. Basic credentials
 * are removed too, but count as none: they are for a password-protected proxy in front of this server.
 *
 * It reads the raw headers, because Node keeps only the first of two `Authorization` headers and drops the others
 * silently.
 */
export function takeCredential(raw: IncomingMessage): PresentedCredential {
  const found: PresentedCredential[] = [];
  const kept: string[] = [];
  /** the cookies without sessions */
  const cookies: string[] = [];
  let authorizations = 0;
  for (let at = 0; at + 1 < raw.rawHeaders.length; at += 2) {
    const name = raw.rawHeaders[at] ?? '';
    const value = raw.rawHeaders[at + 1] ?? '';
    switch (name.toLowerCase()) {
      case 'x-api-key':
        found.push(presented(value, 'x-api-key'));
        break;
      case 'authorization':
        authorizations += 1;
        if (!BASIC.test(value)) found.push(presented(BEARER.exec(value)?.[1] ?? '', 'bearer'));
        break;
      case 'cookie': {
        const { tokens, others } = readCookies(value);
        found.push(...tokens.map((it) => presented(it, 'session')));
        if (others !== '') cookies.push(others);
        if (tokens.length === 0) kept.push(name, value);
        else if (others !== '') kept.push(name, others);
        break;
      }
      default:
        kept.push(name, value);
    }
  }
  if (found.length === 0 && kept.length === raw.rawHeaders.length) return { kind: 'none' };
  // Node builds these from rawHeaders at first access and relies on the original length. So access them before
  // rawHeaders shrinks.
  const { headers, headersDistinct } = raw;
  raw.rawHeaders.splice(0, raw.rawHeaders.length, ...kept);
  for (const name of ['x-api-key', 'authorization']) {
    delete headers[name];
    delete headersDistinct[name];
  }
  // As Node joins several of them.
  if (cookies.length > 0) {
    headers.cookie = cookies.join('; ');
    headersDistinct.cookie = cookies;
  } else {
    delete headers.cookie;
    delete headersDistinct.cookie;
  }
  const [first, ...others] = found;
  if (others.length > 0 || authorizations > 1) return { kind: 'unusable' };
  return first ?? { kind: 'none' };
}

/** RFC 6265, section 4.2.1: `name=value` with semicolons between them. */
function readCookies(header: string): { tokens: string[]; others: string } {
  const pairs = header.split(';').map((it) => it.trim());
  const isSession = (pair: string) => pair === SESSION_COOKIE || pair.startsWith(`${SESSION_COOKIE}=`);
  return {
    tokens: pairs.filter(isSession).map((it) => it.slice(SESSION_COOKIE.length + 1)),
    others: pairs.filter((it) => !isSession(it)).join('; '),
  };
}

function presented(value: string, scheme: CredentialScheme): PresentedCredential {
  if (value.length > MAX_LENGTH || !VISIBLE_ASCII.test(value)) return { kind: 'unusable' };
  return { kind: 'presented', value, scheme };
}

const KEY = /cr[ko]_[0-9A-Za-z]{16}_[0-9A-Za-z]*/g;

/** Whether the text contains a key. Such a text must not be logged, stored or answered. */
export function holdsKey(text: string): boolean {
  return text.search(KEY) !== -1;
}

/** Returns the text with each key cut down to its prefix. */
export function withoutKeys(text: string): string {
  return text.replace(KEY, (key) => `${key.slice(0, 4)}…`);
}
