import { normalizeIp } from '@nestjs/throttler';

const IPV6_SUBNET = 64;

/**
 * The network under which failures of an address are counted. An IPv4 address counts alone, also in its IPv4-mapped
 * IPv6 form. An IPv6 address counts under its /64, the smallest network that a subscriber gets. All unknown addresses
 * are counted together.
 */
export function sourceNetwork(address: string | null): string {
  return address === null ? 'unknown' : normalizeIp(address, IPV6_SUBNET);
}
