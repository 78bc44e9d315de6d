import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** A real server with its own PostgreSQL, as `npm start` starts it, in a directory that it leaves. */
export class TestServer {
  private constructor(
    readonly url: string,
    /** the first administrator's access key */
    readonly adminKey: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const directory = await mkdtemp(join(tmpdir(), 'console-test-'));
    // As root, the server runs its PostgreSQL as another user, who must get there.
    await chmod(directory, 0o711);
    const keyFile = join(directory, 'admin.key');
    const port = await freePort();
    const child = spawn(process.execPath, ['apps/api/dist/server/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'development',
        LOG_LEVEL: 'warn',
        HOST: '127.0.0.1',
        PORT: port,
        DATA_DIR: join(directory, 'data'),
        BOOTSTRAP_ADMIN_KEY_FILE: keyFile,
        ...env,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += String(chunk);
      });
    }
    const url = `http://127.0.0.1:${port}`;
    const deadline = performance.now() + TIMEOUT_MS;
    while (!(await isReady(url, keyFile))) {
      if (child.exitCode !== null || performance.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`the server did not start; its output:\n${output}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
    return new TestServer(url, (await readFile(keyFile, 'utf8')).trim(), child, directory);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await Promise.race([ended, sleep(TIMEOUT_MS, undefined, { ref: false })]);
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function isReady(url: string, keyFile: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
  const key = await readFile(keyFile, 'utf8').catch(() => '');
  return answer?.status === 200 && key.trim() !== '';
}

/** Below the ports that the system gives to outgoing connections: one of these could be taken before the server listens. */
async function freePort(): Promise<string> {
  for (;;) {
    const port = 20_000 + Math.floor(12_000 * Math.random());
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return String(port);
  }
}
