import pg from 'pg';
import type { DatabaseAddress, ServerRole } from '../config/database-url.js';

/** How long to wait for a server to say what it is. */
const ANSWER_WITHIN_MS = 2_000;

/** How long a choice holds. A session that opens later asks the servers again. */
const FRESH_MS = 1_000;

/** What a server with the role answers `yes` to. */
const QUESTIONS: Readonly<Record<ServerRole, string>> = {
  'read-write': "SELECT pg_catalog.current_setting('transaction_read_only') = 'off' AS yes",
  primary: 'SELECT NOT pg_catalog.pg_is_in_recovery() AS yes',
};

/** No host has the role. As for a refused connection, nothing was sent. */
class NoHostError extends Error {
  readonly code = 'ECONNREFUSED';
}

/**
 * The class of the clients of a database. `pg` connects to one host. If the URL asks for a role, each client first finds
 * the host that has it. It asks all hosts at once, so a host that does not answer causes no delay.
 *
 * @param settings with which the hosts are asked
 */
export function clientOf({ urls, role }: DatabaseAddress, settings: pg.ClientConfig): typeof pg.Client {
  if (role === undefined) return pg.Client;
  const choice = new HostChoice(urls, QUESTIONS[role], settings);
  return class extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: (error: Error | null, client?: pg.Client) => void): void;
    override connect(
      callback?: (error: Error | null, client?: pg.Client) => void,
    ): Promise<pg.Client> | undefined {
      const connected = choice.host().then(({ hostname, port }) => {
        this.host = hostname;
        this.port = port;
        return super.connect();
      });
      if (callback === undefined) return connected;
      connected.then((client) => callback(null, client), callback);
      return undefined;
    }
  };
}

interface Host {
  hostname: string;
  port: number;
}

class HostChoice {
  private chosen: { host: Host; at: number } | undefined;
  private underWay: Promise<Host> | undefined;

  constructor(
    private readonly urls: readonly string[],
    private readonly question: string,
    private readonly settings: pg.ClientConfig,
  ) {}

  /** @throws Error with a code by which it counts as a refused connection: no host has the role */
  async host(): Promise<Host> {
    if (this.chosen !== undefined && performance.now() - this.chosen.at < FRESH_MS) return this.chosen.host;
    this.underWay ??= this.choose().finally(() => {
      this.underWay = undefined;
    });
    return await this.underWay;
  }

  private async choose(): Promise<Host> {
    try {
      const host = await Promise.any(this.urls.map((url) => this.ask(url)));
      this.chosen = { host, at: performance.now() };
      return host;
    } catch (error) {
      const reasons = error instanceof AggregateError ? error.errors : [error];
      throw new NoHostError(reasons.map((it) => (it instanceof Error ? it.message : String(it))).join('; '));
    }
  }

  private async ask(connectionString: string): Promise<Host> {
    const client = new pg.Client({
      ...this.settings,
      connectionString,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    });
    client.on('error', () => undefined);
    const { host, port } = client;
    try {
      await client.connect();
      const { rows } = await client.query<{ yes: boolean }>(this.question);
      if (rows[0]?.yes === true) return { hostname: host, port };
    } catch (error) {
      throw new Error(`${host}:${port}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      client.end().catch(() => undefined);
    }
    throw new Error(`${host}:${port} accepts no changes`);
  }
}
