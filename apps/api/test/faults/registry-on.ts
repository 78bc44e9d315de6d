import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import supertest from 'supertest';
import { testSession } from '../support/database.js';
import type { DebianPostgres } from '../support/debian-postgres.js';
import { blocksOf } from '../support/guide.js';
import type { Served } from '../support/registry.js';
import { freePort, ROOT, SERVER, ServerProcess } from '../support/server-process.js';

const OWNER = 'registry_owner:change-me-1';
const API = 'registry_api:change-me-2';
const DATABASE = 'registry';

/** A registry in a PostgreSQL of its own, set up as docs/configuration.md says. */
export class RegistryOn {
  private hosts: string[] | undefined;

  private constructor(
    readonly postgres: DebianPostgres,
    readonly dataDir: string,
    readonly adminKey: string,
    private build = ROOT,
  ) {}

  /**
   * @param of.dataDir `DATA_DIR` of its servers; left out: a new one, which goes with the registry
   * @param of.build the root of the build that migrates and serves
   */
  static async create(
    postgres: DebianPostgres,
    of: { dataDir?: string; build?: string } = {},
  ): Promise<RegistryOn> {
    const dataDir = of.dataDir ?? (await mkdtemp(join(tmpdir(), 'registry-faults-')));
    const superuser = new pg.Client(testSession(postgres.url('postgres')));
    await superuser.connect();
    const [sql] = blocksOf('docs/configuration.md', '## Your own PostgreSQL');
    for (const statement of sql?.text.split(';\n') ?? []) await superuser.query(statement);
    await superuser.end();
    const registry = new RegistryOn(postgres, dataDir, '', of.build);
    await registry.run('db:migrate');
    const adminKey = /cro_\w+/.exec(
      await registry.run('operator:create', '--', '--name', 'test', '--role', 'ADMIN'),
    );
    return new RegistryOn(postgres, dataDir, adminKey?.[0] ?? '', of.build);
  }

  /** From now on, commands and new servers are those of this build. @param build its root */
  use(build: string): void {
    this.build = build;
  }

  /** A command of the product, with the environment of the servers. @returns what it prints */
  async run(...command: string[]): Promise<string> {
    const process = new ServerProcess(['npm', 'run', '--silent', ...command], this.environment(), {
      cwd: this.build,
    });
    const { code } = await process.ended();
    if (code !== 0) throw new Error(`npm run ${command[0]}: exit ${code}\n${process.output}`);
    return process.output;
  }

  /** A replica, ready. */
  async serve(env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    return await new ServerProcess(
      SERVER,
      { ...this.environment(), PORT: await freePort(), ...env },
      { cwd: this.build },
    ).ready();
  }

  /** For the builders of `registry.ts`. */
  through({ url }: ServerProcess): Served {
    return { http: () => supertest(url), adminKey: this.adminKey };
  }

  /** From now on, servers and commands choose the one of these servers that accepts changes. */
  useHosts(servers: readonly DebianPostgres[]): void {
    this.hosts = servers.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** The URL of the API's login on another server. */
  urlOn(postgres: DebianPostgres): string {
    return postgres.url(DATABASE, API);
  }

  /** Sessions of the owner, to look behind the API's back. */
  owner(postgres = this.postgres): pg.Pool {
    const pool = new pg.Pool({ ...testSession(postgres.url(DATABASE, OWNER)), max: 2 });
    pool.on('error', () => undefined);
    return pool;
  }

  async remove(): Promise<void> {
    ServerProcess.killAll();
    if (this.dataDir.includes('registry-faults-')) await rm(this.dataDir, { recursive: true, force: true });
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      DATABASE_URL: this.url(API),
      DATABASE_MIGRATION_URL: this.url(OWNER),
      DATA_DIR: this.dataDir,
    };
  }

  private url(login: string): string {
    if (this.hosts === undefined) return this.postgres.url(DATABASE, login);
    return `postgresql://${login}@${this.hosts}/${DATABASE}?target_session_attrs=read-write`;
  }
}
