import type { IncomingMessage } from 'node:http';
import { originOf } from '../common/http/same-origin.js';
import { addressIn, isWithin, networksOf, wasForwarded } from '../common/http/source-address.js';
import { isLoopbackHost } from '../config/networks.js';

const LOOPBACK = networksOf(['127.0.0.0/8', '::1']);

/**
 * Whether the browser that sent the request would keep the cookie of a session: it asked over https, or this machine.
 *
 * The server itself speaks plain http, so it believes what the request says of its way. A client that lies here harms
 * only itself: the check protects an operator from a page that could never stay signed in, and whose traffic anyone on
 * the way can read.
 */
export function isSecure(request: Pick<IncomingMessage, 'headers' | 'httpVersion' | 'socket'>): boolean {
  const { headers } = request;
  // Browsers send it only to https and loopback (Fetch Metadata, section 2).
  if (headers['sec-fetch-site'] !== undefined) return true;
  const origin = originOf(headers.origin);
  if (origin !== undefined) return origin.protocol === 'https:' || isLoopbackHost(origin.hostname);
  const proto = headers['x-forwarded-proto'] ?? /\bproto="?(\w+)/i.exec(headers.forwarded ?? '')?.[1];
  if (proto !== undefined) return /^https\b/i.test(String(proto));
  return !wasForwarded(request) && isWithin(addressIn(request.socket.remoteAddress), LOOPBACK);
}
