import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually, freePort, ROOT } from './server-process.js';

const run = promisify(execFile);

/** The login of the servers under test has the rights that `docs/configuration.md` names, and no more. */
const RIGHTS = /An ACL needs `([^`]+)` and\s+`([^`]+)`/;
export const REDIS_LOGIN = 'registry:hunter2-of-redis';

/** A real Redis, without files, on a port of its own. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: string,
    private readonly directory: string,
    private readonly options: string[],
  ) {}

  /** @param options as on the command line of redis-server */
  static async start(...options: string[]): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'registry-redis-'));
    const server = new RedisServer(await freePort(), directory, [...options, ...(await loginOptions())]);
    await server.start();
    return server;
  }

  /** Starts it, also after {@link kill}; then it has lost its data and scripts. */
  async start(): Promise<void> {
    const settings = ['--port', this.port, '--bind', '127.0.0.1', '--save', '', '--dir', this.directory];
    this.child = spawn('redis-server', [...settings, ...this.options], { stdio: 'ignore' });
    await eventually(async () => (await this.ask('PING').catch(String)).includes('PONG'), 'Redis answers');
  }

  /** What redis-cli prints. */
  async ask(...command: string[]): Promise<string> {
    return (await run('redis-cli', ['-p', this.port, ...command], { timeout: 10_000 })).stdout;
  }

  /** It answers nothing any more, and its connections stay open. */
  hang(): void {
    this.child?.kill('SIGSTOP');
  }

  wake(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function loginOptions(): Promise<string[]> {
  const [name = '', password = ''] = REDIS_LOGIN.split(':');
  const guide = await readFile(join(ROOT, 'docs/configuration.md'), 'utf8');
  const [, commands = '', keys = ''] = RIGHTS.exec(guide) ?? [];
  return ['--user', name, 'on', `>${password}`, keys, ...commands.split(' ')];
}

/** A line to a server, whose answers a test can delay. */
export class SlowLine {
  delayMs = 0;
  private readonly open = new Set<Socket>();
  private readonly server = createServer((client) => {
    const upstream = connect(this.targetPort, '127.0.0.1');
    client.pipe(upstream);
    let last = Promise.resolve();
    upstream.on('data', (chunk) => {
      last = last.then(() => sleep(this.delayMs)).then(() => void client.write(chunk));
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.open.delete(socket);
        other.destroy();
      });
    }
  });

  private constructor(private readonly targetPort: number) {}

  static async to(port: string): Promise<SlowLine> {
    const line = new SlowLine(Number(port));
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  get port(): string {
    return String((this.server.address() as AddressInfo).port);
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
