import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './server-process.js';

const run = promisify(execFile);

const PACKAGES = '/usr/lib/postgresql';
/** A crash must lose nothing, so nothing is left out of what makes a server durable. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '64MB',
};

/** Debian's PostgreSQL on a port of its own. As root, it runs as the user `postgres`. */
export class DebianPostgres {
  private constructor(
    readonly port: string,
    private readonly directory: string,
    private readonly bin: string,
    private readonly password: string,
  ) {}

  /** @param settings as in postgresql.conf */
  static async create(settings: Record<string, string> = {}): Promise<DebianPostgres> {
    const server = await DebianPostgres.place(randomBytes(24).toString('base64url'));
    const passwordFile = join(server.directory, 'password');
    await writeFile(passwordFile, server.password, { mode: 0o600 });
    await own(passwordFile);
    await server.run(
      'initdb',
      '-D',
      server.data,
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
    );
    await server.configure({ ...SETTINGS, ...settings, port: server.port });
    await server.start();
    return server;
  }

  /** A standby that follows this server by streaming replication. */
  async standby(): Promise<DebianPostgres> {
    const standby = await DebianPostgres.place(this.password);
    await this.run(
      'pg_basebackup',
      '-d',
      this.url('postgres'),
      '-D',
      standby.data,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
    );
    await standby.configure({ port: standby.port });
    await standby.start();
    return standby;
  }

  /** The URL of the superuser, or of another login. */
  url(database: string, login = `postgres:${this.password}`): string {
    return `postgresql://${login}@127.0.0.1:${this.port}/${database}`;
  }

  async start(): Promise<void> {
    await this.run('pg_ctl', '-D', this.data, '-l', join(this.directory, 'log'), '-w', '-t', '60', 'start');
  }

  /** As after a crash: no session ends in order, and nothing is written. */
  async stopAtOnce(): Promise<void> {
    await this.run('pg_ctl', '-D', this.data, '-m', 'immediate', '-w', 'stop');
  }

  /** Changes a setting of the running server that needs no restart. */
  async change(setting: string, value: string): Promise<void> {
    await this.configure({ [setting]: value });
    await this.run('pg_ctl', '-D', this.data, 'reload');
  }

  async promote(): Promise<void> {
    await this.run('pg_ctl', '-D', this.data, '-w', 'promote');
  }

  async remove(): Promise<void> {
    await this.stopAtOnce().catch(() => undefined);
    await rm(this.directory, { recursive: true, force: true });
  }

  private get data(): string {
    return join(this.directory, 'data');
  }

  private async configure(settings: Record<string, string>): Promise<void> {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    await appendFile(join(this.data, 'postgresql.conf'), lines.join(''));
  }

  private async run(program: string, ...args: string[]): Promise<void> {
    try {
      // Without a pipe for its output: the server would hold it open.
      await run(join(this.bin, program), args, {
        ...account(),
        cwd: '/',
        timeout: 120_000,
        env: { PATH: process.env.PATH, LC_ALL: 'C' },
      });
    } catch (error) {
      const log = await readFile(join(this.directory, 'log'), 'utf8').catch(() => '');
      throw new Error(`${program} failed: ${String(error)}\n${log.split('\n').slice(-20).join('\n')}`);
    }
  }

  private static async place(password: string): Promise<DebianPostgres> {
    const versions = await readdir(PACKAGES).catch(() => []);
    const newest = versions.sort((one, other) => Number(other) - Number(one)).at(0);
    if (newest === undefined)
      throw new Error('Debian has no PostgreSQL here: run the tests with `npm run test:faults`');
    const directory = await mkdtemp(join(tmpdir(), 'registry-postgres-'));
    await own(directory);
    return new DebianPostgres(await freePort(), directory, join(PACKAGES, newest, 'bin'), password);
  }
}

/** PostgreSQL refuses to run as root. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function own(path: string): Promise<void> {
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
