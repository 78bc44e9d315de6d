import { normalizeIp } from '@nestjs/throttler';

const IPV6_SUBNET = 64;

/**
 * What the failures of an address are counted under. An IPv4 address stands for itself, also where it is written as
 * IPv4-mapped IPv6; an IPv6 address stands for its /64, the least that a subscriber is given to choose addresses from. Unknown addresses
 * are counted together.
 */
export function sourceNetwork(address: string | null): string {
  return address === null ? 'unknown' : normalizeIp(address, IPV6_SUBNET);
}
