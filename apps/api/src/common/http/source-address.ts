import { BlockList, isIP, isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { AppConfig } from '../../config/app-config.js';

/** What the names stand for that `TRUST_PROXY` may have in place of networks. */
const GROUPS: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Whether what stands in `X-Forwarded-For` was put there by a proxy that is believed, as Fastify asks it: hop 0 is the socket's own
 * address. An entry that cannot be read belongs to no trusted network, and so is taken for the client's.
 */
export function trustedHops(
  trustProxy: AppConfig['trustProxy'],
): boolean | ((entry: string, hop: number) => boolean) {
  if (typeof trustProxy === 'boolean') return trustProxy;
  if (typeof trustProxy === 'number') return (_entry, hop) => hop < trustProxy;
  const networks = networksOf(trustProxy.split(',').flatMap((it) => GROUPS[it.trim()] ?? [it.trim()]));
  return (entry) => isWithin(addressIn(entry), networks);
}

/** @param written addresses and CIDR networks */
export function networksOf(written: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const it of written) {
    const [address = '', prefix] = it.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (prefix === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(prefix), family);
  }
  return networks;
}

export function isWithin(address: string | null, networks: BlockList): boolean {
  return address !== null && networks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** The client's address, as far as the proxies in between are trusted; null if it is not known. */
export function sourceAddressOf(request: FastifyRequest): string | null {
  const { headers } = request.raw;
  const forwarded = headers['x-forwarded-for'];
  // Fastify passes over a header that has no entry, and takes the address of the proxy that sent it.
  if (typeof forwarded === 'string' && !/[^\s,]/.test(forwarded)) headers['x-forwarded-for'] = 'unknown';
  return addressIn(request.ip);
}

/**
 * The address that the text names: an IP address, as some proxies write it with a port or in brackets.
 *
 * @returns null for anything else: what cannot be read is nobody's address, and least of all the proxy's
 */
export function addressIn(text: string | undefined): string | null {
  const [, bracketed, bare] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([^[\]]*))$/.exec(text ?? '') ?? [];
  const withPort = /^([\d.]+):\d{1,5}$/.exec(bare ?? '');
  // The zone of a link-local address means something on one machine only, and Postgres takes none.
  const address = unmapped((bracketed ?? withPort?.[1] ?? bare ?? '').replace(/%.*$/, ''));
  return isIP(address) === 0 ? null : address;
}

/** A socket that listens on `::` names IPv4 clients `::ffff:a.b.c.d`; networks and limits are about the IPv4 address. */
function unmapped(address: string): string {
  const last = address.slice(address.lastIndexOf(':') + 1);
  return address.toLowerCase().startsWith('::ffff:') && isIPv4(last) ? last : address;
}
