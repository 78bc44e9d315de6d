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
 * Takes the credential out of the request, so that no log, hook or handler can see it: the values of its headers are
 * empty from then on, and a Cookie header keeps only its other cookies. Basic credentials are emptied too, but count as
 * none: they are for a password-protected proxy in front of this server.
 *
 * It reads the raw headers, because Node keeps only the first of two `Authorization` headers and drops the others
 * silently. Call it before anything reads `headersDistinct`, which Node builds from the raw headers at first access.
 */
export function takeCredential({ rawHeaders, headers }: IncomingMessage): PresentedCredential {
  const found: PresentedCredential[] = [];
  let authorizations = 0;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    switch (name.toLowerCase()) {
      case 'x-api-key':
        found.push(presented(value, 'x-api-key'));
        rawHeaders[at + 1] = headers['x-api-key'] = '';
        break;
      case 'authorization':
        authorizations += 1;
        if (!BASIC.test(value)) found.push(presented(BEARER.exec(value)?.[1] ?? '', 'bearer'));
        rawHeaders[at + 1] = headers.authorization = '';
        break;
      case 'cookie': {
        const { tokens, others } = readCookies(value);
        if (tokens.length === 0) break;
        found.push(...tokens.map((it) => presented(it, 'session')));
        rawHeaders[at + 1] = others;
        headers.cookie = cookiesIn(rawHeaders);
      }
    }
  }
  if (found.length > 1 || authorizations > 1) return { kind: 'unusable' };
  return found[0] ?? { kind: 'none' };
}

/** As Node joins several headers of that name, without those that are empty now. */
function cookiesIn(rawHeaders: readonly string[]): string {
  return rawHeaders
    .filter((value, at) => at % 2 === 1 && value !== '' && rawHeaders[at - 1]?.toLowerCase() === 'cookie')
    .join('; ');
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
