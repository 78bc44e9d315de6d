import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, freePort, postgresEnds, SERVER, ServerProcess } from '../support/server-process.js';

jest.setTimeout(180_000);

/*
 * A real promotion: the embedded PostgreSQL recovers from its own archive, finds no more of it, and goes on under a new timeline, as
 * a standby that takes over does. The tests go on from each other.
 */

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'registry-promotion-'));
  await chmod(dataDir, 0o755);
});

afterAll(async () => {
  ServerProcess.killAll();
  await postgresEnds(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

async function serve(): Promise<ServerProcess> {
  return await new ServerProcess(SERVER, { DATA_DIR: dataDir, PORT: await freePort() }).ready();
}

async function stop(server: ServerProcess): Promise<void> {
  server.signal('SIGTERM');
  expect(await server.ended()).toEqual({ code: 0, signal: null });
  await postgresEnds(dataDir);
}

async function run(...command: string[]): Promise<{ code: number | null; output: string }> {
  const process = new ServerProcess(['npm', 'run', '--silent', ...command], { DATA_DIR: dataDir });
  const { code } = await process.ended();
  return { code, output: process.output };
}

async function sealing(server: ServerProcess): Promise<string> {
  const answer = await fetch(`${server.url}/health/ready`);
  const { checks } = (await answer.json()) as { checks: { sealing: string } };
  return checks.sealing;
}

async function checkpoints(): Promise<string[]> {
  return (await readFile(join(dataDir, 'audit-checkpoints.ndjson'), 'utf8').catch(() => ''))
    .split('\n')
    .slice(0, -1);
}

describe('a database that is promoted', () => {
  it('is sealed on timeline 1 before the promotion', async () => {
    const server = await serve();
    await eventually(async () => (await checkpoints()).length > 0, 'a checkpoint is published');
    expect((await checkpoints()).at(-1)).toContain('timeline: 1');
    await stop(server);
  });

  it('is not sealed on timeline 2: the server serves and reports it', async () => {
    await appendFile(join(dataDir, 'postgres/data/postgresql.auto.conf'), "restore_command = 'false'\n");
    await writeFile(join(dataDir, 'postgres/data/recovery.signal'), '');
    const server = await serve();
    await eventually(async () => (await sealing(server)) === 'halted', 'sealing halts');
    expect(server.output).toMatch(/on timeline 2, and was sealed on timeline 1/);
    const sealed = await checkpoints();
    await stop(server);
    expect(await checkpoints()).toEqual(sealed);
  });

  it('is sealed again after audit:continue, and verification names the reason', async () => {
    const reason = 'fail-over to the standby, ticket 42';
    expect(await run('audit:continue', '--', '--reason', reason)).toMatchObject({ code: 0 });
    const server = await serve();
    await eventually(
      async () => (await checkpoints()).at(-1)?.includes('timeline: 2') === true,
      'a checkpoint of timeline 2 is published',
    );
    expect(await sealing(server)).toBe('ok');
    await stop(server);
    const { code, output } = await run('audit:verify');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(reason) });
  });
});
