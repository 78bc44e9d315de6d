import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Script } from './scripts.js';

export type RedisClient = Redis | Cluster;

/** A client fails at once and for good: {@link RedisLink} opens another one. */
const FAILS_AT_ONCE = {
  lazyConnect: true,
  enableAutoPipelining: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

/**
 * Connects to the server, or to the cluster whose nodes the URLs name.
 *
 * @param urls as `REDIS_URL` has them; the credentials and TLS of the first one apply to a whole cluster
 * @param signal ends the attempt
 */
export async function connectRedis(urls: readonly string[], signal: AbortSignal): Promise<RedisClient> {
  const servers = urls.map((url) =>
    closedBy(
      signal,
      new Redis({
        ...optionsOf(url),
        ...FAILS_AT_ONCE,
        enableOfflineQueue: false,
        retryStrategy: () => null,
      }),
    ),
  );
  const { server, isCluster } = await Promise.any(
    servers.map(async (it) => {
      await connected(it);
      return { server: it, isCluster: (await it.info('cluster')).includes('cluster_enabled:1') };
    }),
  );
  for (const other of servers) if (isCluster || other !== server) other.disconnect();
  if (!isCluster) {
    if (urls.length === 1) return server;
    server.disconnect();
    throw new Error('REDIS_URL names several servers, which are not nodes of a cluster');
  }

  const nodes = urls.map((url) => {
    const { host, port } = optionsOf(url);
    return { host, port };
  });
  const { username, password, tls } = optionsOf(urls[0] ?? '');
  const cluster = closedBy(
    signal,
    new Cluster(nodes, {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: () => null,
      // A certificate is for a name, so names are not resolved here.
      dnsLookup: (address, callback) => callback(null, address),
      redisOptions: { ...FAILS_AT_ONCE, username, password, tls },
    }),
  );
  await cluster.connect();
  return cluster;
}

/** A failed TLS handshake, for example, ends the connection. Only the `error` event says why. */
async function connected(server: Redis): Promise<void> {
  let reported: unknown;
  server.once('error', (error) => {
    reported = error;
  });
  await server.connect().catch((error: unknown) => {
    throw reported ?? error;
  });
}

/** Sends the script only if the server does not know it yet, for example after a restart. */
export async function evaluate(
  client: RedisClient,
  { lua, sha }: Script,
  key: string,
  values: readonly number[],
): Promise<unknown> {
  try {
    return await client.evalsha(sha, 1, key, ...values);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return await client.eval(lua, 1, key, ...values);
  }
}

/** Why Redis cannot be used, for the log. Old servers repeat the password in their error. */
export function describeFailure(error: unknown, urls: readonly string[]): string {
  if (error instanceof AggregateError) {
    return [...new Set(error.errors.map((it) => describeFailure(it, urls)))].join('; ');
  }
  let text = error instanceof Error ? error.message : String(error);
  for (const url of urls) {
    const { username, password } = optionsOf(url);
    for (const secret of [password, username]) if (secret) text = text.replaceAll(secret, '***');
  }
  return text;
}

function closedBy<Client extends RedisClient>(signal: AbortSignal, client: Client): Client {
  // Each command and each attempt reports its own failure.
  client.on('error', () => undefined);
  signal.addEventListener('abort', () => client.disconnect(), { once: true });
  return client;
}

function optionsOf(text: string) {
  const url = new URL(text);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    username: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    db: Number(url.pathname.slice(1)),
    tls: url.protocol === 'rediss:' ? {} : undefined,
    connectTimeout: 1_000,
  };
}
