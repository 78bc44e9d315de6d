import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, postgresOf, SERVER, ServerProcess } from '../support/server-process.js';

describe('the embedded Postgres', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'registry-embedded-'));
  });
  afterEach(async () => {
    ServerProcess.killAll();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('runs for an ordinary user, in a directory that nobody else may enter, and goes when the terminal does', async () => {
    const user = ordinaryUser();
    await chown(dataDir, user.uid, user.gid);
    const server = new ServerProcess(SERVER, { DATA_DIR: dataDir, PORT: await freePort() }, user);
    await server.ready();
    expect((await stat(join(dataDir, 'postgres/data'))).uid).toBe(user.uid);
    expect((await stat(join(dataDir, 'postgres/credentials.json'))).mode & 0o777).toBe(0o600);

    server.hangUp();
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    expect(await postgresOf(dataDir)).toBeUndefined();
  });

  it('is not started in production', async () => {
    const server = new ServerProcess(SERVER, { DATA_DIR: dataDir, PORT: '0', NODE_ENV: 'production' });
    expect(await server.ended()).toEqual({ code: 1, signal: null });
    expect(server.output).toContain('DATABASE_URL is required when NODE_ENV is production');
  });
});

/** Ourselves, unless that is root. */
function ordinaryUser(): { uid: number; gid: number } {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { uid, gid };
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody']));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
