import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6, type Socket, SocketAddress } from 'node:net';
import type { AppConfig } from '../../config/app-config.js';

/** Names that `TRUST_PROXY` accepts, and their networks. */
const GROUPS: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Names of headers that proxies add. */
const OF_A_PROXY =
  /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|x-original-.*|x-envoy-external-address|x-azure-(?:client|socket)ip|cdn-loop|(?:.+-)?(?:client|connecting)-ip)$/;

/** RFC 7239, section 6: an IPv4 address or an IPv6 address in brackets, and a port, which may be obfuscated. */
const NODE = /^(?:([\d.]+)|\[([^\]]*)\])(?::(?:\d{1,5}|_[\w.-]+))?$/;
/**
 * RFC 7239, section 4: `name=token` or `name="text"`. Escapes in the text are not accepted: no address needs them. The
 * token may contain a colon and brackets, because some proxies omit the quotes.
 */
const FORWARDED_PAIR = /^([!#$%&'*+.^`|~\w-]+)=(?:([!#$%&'*+.^`|~\w:[\]-]+)|"([^"\\]*)")$/;
const QUOTED = /^"([^"]*)"$/;
/** RFC 4007, section 11, and the form of RFC 6874 in a URL, with `%25`. */
const LINK_LOCAL_WITH_ZONE = /^(fe[89ab][\da-f]:[\da-f:]*)%[\w.~-]+$/i;

export type SourceAddressOf = (
  request: Pick<IncomingMessage, 'headers' | 'httpVersion' | 'socket'>,
) => string | null;

/** Hop 0 is the socket's own address. */
type TrustsHop = (address: string | null, hop: number) => boolean;

/**
 * Finds the client's address. It reads the entries of a header from the right. The first one that is no trusted proxy
 * is the client.
 *
 * @returns a function that returns null if the address is unknown:
 * - that entry is malformed;
 * - `X-Forwarded-For` and `Forwarded` name different addresses, one of which the client may have sent;
 * - a trusted proxy forwarded the request and named no client
 */
export function sourceAddressFinder(trustProxy: AppConfig['trustProxy']): SourceAddressOf {
  const trusts = trustedHops(trustProxy);
  const peers = new WeakMap<object, string | null>();
  function peerOf(socket: Pick<Socket, 'remoteAddress'>): string | null {
    const known = peers.get(socket);
    if (known !== undefined) return known;
    const peer = addressIn(socket.remoteAddress);
    peers.set(socket, peer);
    return peer;
  }
  return (request) => {
    const { headers, socket } = request;
    const peer = peerOf(socket);
    if (!trusts(peer, 0)) return peer;
    const named: (string | null)[] = [];
    const xForwardedFor = headers['x-forwarded-for'];
    if (xForwardedFor !== undefined)
      named.push(clientIn(entriesOf(xForwardedFor, xForwardedForAddress), trusts));
    if (headers.forwarded !== undefined)
      named.push(clientIn(entriesOf(headers.forwarded, forwardedAddress), trusts));
    const [client] = named;
    if (client === undefined) return wasForwarded(request) ? null : peer;
    return named.every((it) => it === client) ? client : null;
  };
}

/**
 * Whether a proxy has sent the request: it has a header that proxies add. Or it is HTTP/1.0: without other configuration, nginx adds no header,
 * replaces the host, and forwards as HTTP/1.0.
 */
export function wasForwarded({
  headers,
  httpVersion,
}: Pick<IncomingMessage, 'headers' | 'httpVersion'>): boolean {
  return httpVersion === '1.0' || Object.keys(headers).some((name) => OF_A_PROXY.test(name));
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

/**
 * Returns the IP address in the text. It may have a port, brackets, or the zone of a link-local address.
 *
 * @returns null for any other text
 */
export function addressIn(text: string | undefined): string | null {
  return text === undefined ? null : (nodeAddress(text) ?? ipv6Address(text));
}

function trustedHops(trustProxy: AppConfig['trustProxy']): TrustsHop {
  if (typeof trustProxy === 'boolean') return () => trustProxy;
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  const networks = networksOf(trustProxy.split(',').flatMap((it) => GROUPS[it.trim()] ?? [it.trim()]));
  return (address) => isWithin(address, networks);
}

/**
 * A comma in quotes also separates. Each proxy appends an entry, and the text before it must not change how that entry
 * is read.
 */
function entriesOf(header: string | string[], read: (entry: string) => string | null): (string | null)[] {
  return String(header)
    .split(',')
    .map((it) => read(it.trim()));
}

/** @param entries the last one comes from the nearest proxy; null for a malformed entry */
function clientIn(entries: (string | null)[], trusts: TrustsHop): string | null {
  const hops = entries.reverse();
  return hops.find((address, at) => at === hops.length - 1 || !trusts(address, at + 1)) ?? null;
}

function xForwardedForAddress(entry: string): string | null {
  const [, quoted] = QUOTED.exec(entry) ?? [];
  return addressIn(quoted ?? entry);
}

/** Returns the address in the parameter `for`; null if the element has no `for` or two of them, or is malformed. */
function forwardedAddress(element: string): string | null {
  const nodes: string[] = [];
  for (const pair of element.split(';')) {
    const [, name, token, quoted] = FORWARDED_PAIR.exec(pair.trim()) ?? [];
    if (name === undefined) return null;
    if (name.toLowerCase() === 'for') nodes.push(token ?? quoted ?? '');
  }
  const [node] = nodes;
  return node === undefined || nodes.length > 1 ? null : nodeAddress(node);
}

function nodeAddress(text: string): string | null {
  const [, ipv4 = '', ipv6 = ''] = NODE.exec(text) ?? [];
  return isIPv4(ipv4) ? ipv4 : ipv6Address(ipv6);
}

/**
 * Returns the address in its canonical form. A socket that listens on `::` names IPv4 clients `::ffff:a.b.c.d`;
 * networks and limits use the IPv4 address. A zone is dropped: it has a meaning on one machine only, and `inet` cannot
 * store it. Only link-local addresses may have one.
 */
function ipv6Address(text: string): string | null {
  const bare = LINK_LOCAL_WITH_ZONE.exec(text)?.[1] ?? text;
  if (bare.includes('%') || !isIPv6(bare)) return null;
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  const last = address.slice(address.lastIndexOf(':') + 1);
  return address.startsWith('::ffff:') && isIPv4(last) ? last : address;
}
