import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { testSession } from '../support/database.js';
import { freePort, postgresOf, ROOT, SERVER, ServerProcess } from '../support/server-process.js';

describe('embedded Postgres', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'registry-embedded-'));
  });
  afterEach(async () => {
    ServerProcess.killAll();
    for (const copy of copies.splice(0)) await rm(copy, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  });

  it('runs as an ordinary user in a private directory, and stops with the terminal', async () => {
    const user = ordinaryUser();
    await chown(dataDir, user.uid, user.gid);
    const cwd = await productFor(user);
    const server = new ServerProcess(SERVER, { DATA_DIR: dataDir, PORT: await freePort() }, { ...user, cwd });
    await server.ready();
    expect((await stat(join(dataDir, 'postgres/data'))).uid).toBe(user.uid);
    expect((await stat(join(dataDir, 'postgres/credentials.json'))).mode & 0o777).toBe(0o600);

    server.hangUp();
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    expect(await postgresOf(dataDir)).toBeUndefined();
  });

  it('accepts its logins only with passwords, and each only for its own database', async () => {
    await chmod(dataDir, 0o755);
    const server = await new ServerProcess(SERVER, { DATA_DIR: dataDir, PORT: await freePort() }).ready();
    const { port, credentials } = await connectionOf(dataDir);
    const urlOf = (login: string, password: string, database: string) =>
      `postgresql://${login}${password && `:${password}`}@127.0.0.1:${port}/${database}`;
    const REGISTRY = 'coordinator_registry';
    const logins = [
      ['postgres', credentials.superuser],
      ['coordinator_registry_owner', credentials.owner],
      ['coordinator_registry_api', credentials.api],
    ] as const;
    for (const [login, password] of logins) {
      expect([login, await connecting(urlOf(login, password, REGISTRY))]).toEqual([login, 'connected']);
      expect([login, await connecting(urlOf(login, 'wrong', REGISTRY))]).toEqual([login, INVALID_PASSWORD]);
      expect([login, await connecting(urlOf(login, '', REGISTRY))]).toEqual([login, 'no password was sent']);
    }
    for (const [login, password] of logins.slice(1)) {
      for (const database of ['postgres', 'template1']) {
        expect([login, await connecting(urlOf(login, password, database))]).toEqual([login, NO_PRIVILEGE]);
      }
    }
    server.signal('SIGTERM');
    await server.ended();
  });

  it('is refused in production', async () => {
    const server = new ServerProcess(SERVER, { DATA_DIR: dataDir, PORT: '0', NODE_ENV: 'production' });
    expect(await server.ended()).toEqual({ code: 1, signal: null });
    expect(server.output).toContain('DATABASE_URL is required when NODE_ENV is production');
  });
});

const copies: string[] = [];

/** The folder of the product; a copy if the user may not enter this one, for example because it is in `/root`. */
async function productFor({ uid, gid }: { uid: number; gid: number }): Promise<string> {
  const main = join(ROOT, SERVER[1] ?? '');
  if (spawnSync('/bin/sh', ['-c', 'test -r "$1"', 'sh', main], { uid, gid, cwd: '/' }).status === 0)
    return ROOT;
  const copy = await mkdtemp(join(tmpdir(), 'registry-product-'));
  copies.push(copy);
  await chmod(copy, 0o755);
  for (const part of ['package.json', 'prisma', 'node_modules', 'apps/api/package.json', 'apps/api/dist']) {
    await mkdir(dirname(join(copy, part)), { recursive: true });
    // Links where the file system allows it: the packages have hundreds of megabytes.
    const linked = spawnSync('cp', ['-al', join(ROOT, part), join(copy, part)]).status === 0;
    if (!linked) await cp(join(ROOT, part), join(copy, part), { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

/** SQLSTATEs, appendix A of the PostgreSQL manual */
const INVALID_PASSWORD = '28P01';
const NO_PRIVILEGE = '42501';

interface Connection {
  port: string;
  credentials: { superuser: string; owner: string; api: string };
}

async function connectionOf(dataDir: string): Promise<Connection> {
  const home = join(dataDir, 'postgres');
  const [, , , port = ''] = (await readFile(join(home, 'data/postmaster.pid'), 'utf8')).split('\n');
  const credentials = JSON.parse(
    await readFile(join(home, 'credentials.json'), 'utf8'),
  ) as Connection['credentials'];
  return { port, credentials };
}

/** @returns `connected`, or why not: a SQLSTATE if Postgres refused */
async function connecting(connectionString: string): Promise<string> {
  const client = new pg.Client(testSession(connectionString));
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'connected';
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? '') : 'no password was sent';
  } finally {
    await client.end();
  }
}

/** Ourselves, unless that is root. */
function ordinaryUser(): { uid: number; gid: number } {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { uid, gid };
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody']));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
