import type { IncomingMessage } from 'node:http';

/**
 * Whether a page of this server made the request. `SameSite=Strict` is not enough: a page on another port of the same
 * host is of the same site, so the browser sends the cookie along.
 *
 * Browsers set `Sec-Fetch-Site` (Fetch Metadata) on every request to https and loopback, and no script can change it.
 * Without it, the host in `Origin` must be the one in `Host`.
 */
export function isSameOrigin({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const origin = originOf(headers.origin);
  return origin !== undefined && origin.host === originOf(`${origin.protocol}//${headers.host}`)?.host;
}

/** Returns undefined for `null` and for anything else that is no origin. */
export function originOf(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
