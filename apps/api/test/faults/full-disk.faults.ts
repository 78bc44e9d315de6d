import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import supertest from 'supertest';
import { testSession } from '../support/database.js';
import { DebianPostgres } from '../support/debian-postgres.js';
import { registerCoordinator } from '../support/registry.js';
import { eventually, freePort, postgresEnds, SERVER, ServerProcess, say } from '../support/server-process.js';
import { SmallDisk } from '../support/small-disk.js';
import { expectNothingLost, Load } from './load.js';
import { RegistryOn } from './registry-on.js';

let disk: SmallDisk;
let load: Load | undefined;

afterEach(async () => await load?.stop());

describe('the disk of the embedded PostgreSQL is full', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    disk = await SmallDisk.of(400);
    server = await new ServerProcess(SERVER, { DATA_DIR: disk.path, PORT: await freePort() }).ready();
  });

  afterAll(async () => {
    server?.signal('SIGTERM');
    await server?.ended();
    await postgresEnds(disk.path);
    await disk?.remove();
  });

  async function asSuperuser(): Promise<pg.Pool> {
    const home = join(disk.path, 'postgres');
    const { superuser } = JSON.parse(await readFile(join(home, 'credentials.json'), 'utf8')) as {
      superuser: string;
    };
    const [, , , port] = (await readFile(join(home, 'data/postmaster.pid'), 'utf8')).split('\n');
    const url = `postgresql://postgres:${superuser}@127.0.0.1:${port}/coordinator_registry`;
    const pool = new pg.Pool({ ...testSession(url), max: 2 });
    pool.on('error', () => undefined);
    return pool;
  }

  it('changes get 503, the process stays live, and all goes on once there is space', async () => {
    const [, adminKey = ''] = await server.says(/^First admin key \(shown once\): (cro_\w+)$/m);
    // The key is shown before it is stored.
    await server.says(/^Serving on /m);
    const coordinator = await registerCoordinator({ http: () => supertest(server.url), adminKey });
    load = new Load(coordinator, () => server.url);
    await load.acknowledges(100);
    await disk.fill();
    const { refused } = load;
    await eventually(() => refused.length >= 20, 'changes are refused');
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    await disk.free();
    const begin = performance.now();
    await load.acknowledges(1);
    const recovered = performance.now();
    await load.acknowledges(100);
    await load.stop();
    expect(load.unanswered).toEqual([]);
    expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
    const superuser = await asSuperuser();
    await expectNothingLost(superuser, load.acknowledged);
    await superuser.end();
    say(
      `a full disk under PostgreSQL: ${refused.length} answers of 503; the next change was acknowledged ` +
        `${Math.round(recovered - begin)} ms after there was space`,
    );
  });
});

describe('the disk of the checkpoints file is full', () => {
  let postgres: DebianPostgres;
  let registry: RegistryOn;
  let owner: pg.Pool;
  let server: ServerProcess;

  beforeAll(async () => {
    disk = await SmallDisk.of(1);
    postgres = await DebianPostgres.create();
    registry = await RegistryOn.create(postgres, { dataDir: disk.path });
    owner = registry.owner();
    server = await registry.serve();
  });

  afterAll(async () => {
    await owner?.end();
    await registry?.remove();
    await postgres?.remove();
    await disk?.remove();
  });

  async function published(): Promise<{ seq: number }[]> {
    const lines = (await readFile(join(disk.path, 'audit-checkpoints.ndjson'), 'utf8')).split('\n');
    // The last one is empty, or the part for which there was space.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as { seq: number });
  }

  async function sealed(): Promise<number> {
    const { rows } = await owner.query<{ seq: number }>(
      'SELECT max(seq)::int AS seq FROM public.audit_checkpoints',
    );
    return rows[0]?.seq ?? -1;
  }

  it('changes are served and sealed, the log says that nothing is published, and later the file has every checkpoint', async () => {
    const coordinator = await registerCoordinator(registry.through(server));
    load = new Load(coordinator, () => server.url);
    await load.acknowledges(50);
    await eventually(async () => (await published()).length > 0, 'a checkpoint is published');
    await disk.fill();
    // The last page of the file may have room for a few more.
    await server.says(/checkpoints cannot be written to .*audit-checkpoints\.ndjson: ENOSPC/);
    const inFile = (await published()).length;
    const before = await sealed();
    await eventually(async () => (await sealed()) >= before + 2, 'the log is sealed');
    expect((await published()).length).toBe(inFile);
    await disk.free();
    const last = await sealed();
    await eventually(async () => ((await published()).at(-1)?.seq ?? 0) >= last, 'the file has caught up');
    await load.stop();
    expect([load.refused, load.unanswered]).toEqual([[], []]);
    await expectNothingLost(owner, load.acknowledged);
    const all = await published();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at));
    server.signal('SIGTERM');
    await server.ended();
    await registry.run('audit:verify');
    say(
      `a full disk under the checkpoints file: ${load.acknowledged.length} acknowledged changes, ${all.length} checkpoints, none missing`,
    );
  });
});
