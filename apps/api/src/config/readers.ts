import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readDatabaseUrl } from './database-url.js';
import { DISPLAY_NAME_RULE, isDisplayName } from './display-name.js';
import { isNetwork } from './networks.js';

/** A value breaks a rule. The message follows the name of the variable, and must not quote the value. */
export class RuleBroken extends Error {}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const PROXY_GROUPS = new Set(['loopback', 'linklocal', 'uniquelocal']);

export function integer(least: number, most: number) {
  return (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new RuleBroken(`must be a whole number from ${least} to ${most}`);
    return value;
  };
}

export function oneOf<const Value extends string>(...allowed: Value[]) {
  return (text: string): Value => {
    const value = allowed.find((it) => it === text);
    if (value === undefined) throw new RuleBroken(`must be one of ${allowed.join(', ')}`);
    return value;
  };
}

export function flag(text: string): boolean {
  return oneOf('true', 'false')(text) === 'true';
}

/** The URL of a database, as it is given. It may name several hosts; see {@link readDatabaseUrl}. */
export function databaseUrl(text: string): string {
  const address = readDatabaseUrl(text);
  if (typeof address === 'string') throw new RuleBroken(address);
  return text;
}

/** The URL of one Redis, or those of nodes of one cluster, separated by commas. */
export function redisUrls(text: string): string[] {
  const urls = text.split(',').map((it) => it.trim());
  if (!urls.every(isRedisUrl)) {
    throw new RuleBroken(
      'must be redis://user:password@host:port/number (rediss:// with TLS), or several of them, separated by commas, for nodes of one cluster',
    );
  }
  return urls;
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return (
    /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d{0,5})?$/.test(pathname) && search + hash === ''
  );
}

/** Text that a client can send in a header and that every proxy passes on unchanged. */
export function headerSafe(text: string): string {
  if (!VISIBLE_ASCII.test(text)) throw new RuleBroken('must be visible ASCII characters without spaces');
  return text;
}

export function coordinatorKey(text: string): string {
  if (text.length < 32) {
    throw new RuleBroken(
      `must have at least 32 characters, but has ${text.length}; unset it or use a longer key`,
    );
  }
  // The guard accepts no longer credential.
  if (text.length > 512) throw new RuleBroken('must have at most 512 characters');
  if (/^cr[ko]_/.test(text)) {
    throw new RuleBroken('must not begin with crk_ or cro_, which mark the keys that the registry issues');
  }
  return headerSafe(text);
}

export function coordinatorName(text: string): string {
  const name = text.trim();
  if (!isDisplayName(name)) throw new RuleBroken(DISPLAY_NAME_RULE);
  return name;
}

export function uuidList(text: string): string[] {
  const ids = text
    .split(',')
    .map((it) => it.trim().toLowerCase())
    .filter((it) => it !== '');
  if (!ids.every((id) => UUID.test(id)))
    throw new RuleBroken('must be workspace ids (UUIDs), separated by commas');
  return [...new Set(ids)];
}

/**
 * Whose `X-Forwarded-For` is trusted: that of no proxy (`false`), of every proxy (`true`), of a number of hops, or of a
 * list of addresses, CIDR networks and the names `loopback`, `linklocal`, `uniquelocal`.
 */
export function trustedProxies(text: string): boolean | number | string {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const entries = text.split(',').map((it) => it.trim());
  if (!entries.every((it) => PROXY_GROUPS.has(it) || isNetwork(it))) {
    throw new RuleBroken(
      'must be true, false, a number of hops, or a list of addresses, CIDR networks, loopback, linklocal, uniquelocal',
    );
  }
  return entries.join(',');
}

/**
 * An Ed25519 private key, given as PKCS#8 PEM (line breaks may be written as `\n`) or as the path of a file. Returns
 * the PEM.
 */
export function ed25519Key(root: string) {
  return (text: string): string => {
    const pem = text.startsWith('-----BEGIN')
      ? text.replaceAll('\\n', '\n')
      : readKeyFile(resolve(root, text));
    try {
      if (createPrivateKey(pem).asymmetricKeyType === 'ed25519') return pem;
    } catch {
      // The parser's message could quote the key.
    }
    throw new RuleBroken('must be an Ed25519 private key (PKCS#8 PEM) or the path of a file that holds one');
  };
}

/** 32 random bytes, given as 64 hexadecimal digits or as the path of a file that holds them. */
export function secretKey(root: string) {
  return (text: string): Buffer => {
    const digits = /^[0-9a-f]{64}$/i.test(text) ? text : readKeyFile(resolve(root, text)).trim();
    if (!/^[0-9a-f]{64}$/i.test(digits)) {
      throw new RuleBroken(
        'must be 32 bytes as 64 hexadecimal digits, or the path of a file that holds them',
      );
    }
    return Buffer.from(digits, 'hex');
  };
}

/** The name of an account on GitHub or Gitea, without `@`. Returns it in lower case. */
export function accountName(text: string): string {
  if (!/^[a-z\d](?:[a-z\d._-]{0,37}[a-z\d])?$/i.test(text)) {
    throw new RuleBroken('must be the name of an account: letters, digits, and -, _ or . between them');
  }
  return text.toLowerCase();
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new RuleBroken('is neither a key nor the path of a file that can be read');
  }
}
