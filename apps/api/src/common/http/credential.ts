import type { IncomingMessage } from 'node:http';

/** The credential as the client sent it, not verified. */
export type PresentedCredential =
  | { kind: 'none' }
  /** empty, too long, of an unknown scheme, sent twice, or in two headers at once */
  | { kind: 'unusable' }
  | { kind: 'presented'; value: string; scheme: 'x-api-key' | 'bearer' };

const LONGEST = 512;
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
      default:
        kept.push(name, value);
    }
  }
  if (kept.length === raw.rawHeaders.length) return { kind: 'none' };
  // Node builds these from rawHeaders at first access and relies on the original length. So access them before
  // rawHeaders shrinks.
  const { headers, headersDistinct } = raw;
  raw.rawHeaders.splice(0, raw.rawHeaders.length, ...kept);
  for (const name of ['x-api-key', 'authorization']) {
    delete headers[name];
    delete headersDistinct[name];
  }
  const [first, ...others] = found;
  if (others.length > 0 || authorizations > 1) return { kind: 'unusable' };
  return first ?? { kind: 'none' };
}

function presented(value: string, scheme: 'x-api-key' | 'bearer'): PresentedCredential {
  if (value.length > LONGEST || !VISIBLE_ASCII.test(value)) return { kind: 'unusable' };
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
