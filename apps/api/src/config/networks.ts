import { BlockList, isIP } from 'node:net';

const MAX_LENGTH = 64;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** @param hostname of a URL. Names under `localhost` mean this machine, too (RFC 6761, section 6.3). */
export function isLoopbackHost(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  if (version === 0) return /^(?:.+\.)?localhost$/i.test(hostname);
  return LOOPBACK.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Whether Postgres accepts the text as an `inet`: an IPv4 or IPv6 address, with or without a prefix length. Host bits
 * may be set (`10.1.2.3/8`): only the prefix decides which addresses are inside. Zones (`fe80::1%eth0`) and leading
 * zeroes are not accepted. It is in config/ because networks come from the environment too.
 */
export function isNetwork(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_LENGTH || value.includes('%')) return false;
  const [address = '', prefix, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    prefix === undefined ||
    (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
  );
}
