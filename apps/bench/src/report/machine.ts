import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, release, totalmem, type } from 'node:os';
import type { Pgbench } from '../load/pgbench.js';
import type { Stage } from '../stage/stage.js';

/** The machine, and the versions of the measured software. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryBytes: number;
  system: string;
  /** by name */
  versions: Record<string, string>;
}

const PACKAGES = [
  '@nestjs/core',
  'fastify',
  '@prisma/adapter-pg',
  'pg',
  'better-auth',
  '@better-auth/api-key',
  'pg-boss',
  'argon2',
  'autocannon',
];

export async function describeMachine(stage: Stage, pgbench: Pgbench | undefined): Promise<Machine> {
  const { rows } = await stage.registry.query<{ server_version: string }>('SHOW server_version');
  const versions: Record<string, string> = {
    'Node.js': process.version.slice(1),
    PostgreSQL: rows[0]?.server_version ?? 'unknown',
    pgbench: pgbench?.version.replace(/^pgbench \(PostgreSQL\) /, '') ?? 'absent',
  };
  for (const name of PACKAGES) versions[name] = await versionOf(name);
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()} ${arch()}`,
    versions,
  };
}

const { resolve } = createRequire(import.meta.url);

/** Reads the package's own file, because not every package exports it. */
async function versionOf(name: string): Promise<string> {
  for (const folder of resolve.paths(name) ?? []) {
    const text = await readFile(`${folder}/${name}/package.json`, 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  }
  return 'unknown';
}
