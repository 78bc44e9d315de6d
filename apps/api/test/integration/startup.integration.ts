import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  eventually,
  freePort,
  postgresEnds,
  postgresOf,
  SERVER,
  ServerProcess,
} from '../support/server-process.js';

// Whole processes, on machines that may be busy.
jest.setTimeout(180_000);

const NPM_START = ['npm', 'start'];
const KEY_LINE = /^First admin key \(shown once\): (cro_\w+)$/m;

/*
 * The life of one data directory: each test goes on where the last one stopped. Real processes, started and
 * signalled as people and supervisors do it.
 */
describe('start and stop of the server', () => {
  let dataDir: string;
  let adminKey: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'registry-startup-'));
    await chmod(dataDir, 0o755);
  });
  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  // A test that fails leaves nothing running that the next one would meet.
  afterEach(async () => {
    ServerProcess.killAll();
    const postgres = await postgresOf(dataDir);
    if (postgres !== undefined) process.kill(postgres, 'SIGINT');
    await postgresEnds(dataDir);
  });

  async function start(command: string[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    return new ServerProcess(command, { DATA_DIR: dataDir, PORT: await freePort(), ...env });
  }

  async function statusFor(server: ServerProcess, key: string): Promise<number> {
    const answer = await fetch(`${server.url}/admin/operators`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return answer.status;
  }

  /** A request whose headers the server has read, and whose body it waits for. */
  async function halfARequest(server: ServerProcess) {
    const body = JSON.stringify({ key: 'no key' });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.write(
      `POST /keys/revoke HTTP/1.1\r\nHost: registry\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await eventually(() => socket.bytesWritten > 0 && !socket.connecting, 'the request is sent');
    // One whole exchange later the server has read what came before.
    await fetch(`${server.url}/health/live`);
    return { finish: (next = '') => socket.write(body + next), answer: () => answer };
  }

  const expectNothingLeft = () => postgresEnds(dataDir);

  it('lists every problem of the configuration, and starts nothing', async () => {
    const server = await start(SERVER, { PORT: 'x', LOG_LEVEL: 'loud', RATE_LIMIT_PER_MINUTE: '0' });
    expect(await server.ended()).toEqual({ code: 1, signal: null });
    for (const name of ['PORT', 'LOG_LEVEL', 'RATE_LIMIT_PER_MINUTE']) {
      expect(server.output).toMatch(new RegExp(`^ {2}- ${name} must`, 'm'));
    }
    expect(await readdir(dataDir)).toEqual([]);
  });

  it.each([
    ['operator:create', ['--', '--name', 'Eve', '--role', 'ADMIN']],
    ['db:migrate', []],
  ])('npm run %s creates no database: it says where it looked and what to set', async (command, options) => {
    const made = await start(['npm', 'run', command, ...options]);
    expect(await made.ended()).toEqual({ code: 1, signal: null });
    expect(made.output).toContain(`there is no database in ${dataDir}. Set DATA_DIR`);
    expect(made.output).not.toContain('cro_');
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('exits without an error when stopped during the build', async () => {
    const server = await start(NPM_START);
    await server.says(/scripts\/start\.mjs/);
    // npm prints the command before it starts it, and loses a signal that comes in between. So the signal is repeated.
    const repeated = setInterval(() => server.signal('SIGTERM'), 2_000);
    server.signal('SIGTERM');
    await server.ended().finally(() => clearInterval(repeated));
    await expectNothingLeft();
  });

  it('can be killed during the first start', async () => {
    const server = await start(SERVER);
    await eventually(
      async () => (await readdir(dataDir)).some((it) => it.startsWith('postgres')),
      'initdb begins',
    );
    server.signalGroup('SIGKILL');
    await server.ended();
  });

  it('starts after that, and shows the first admin key once', async () => {
    const server = await (await start(NPM_START)).ready();
    adminKey = (await server.says(KEY_LINE))[1] ?? '';
    await server.says(new RegExp(`^Serving on ${server.url}$`, 'm'));
    expect(server.output).toContain(
      `\n\nFirst admin key (shown once): ${adminKey}\nConsole: ${server.url}/console\nDocumentation: ${server.url}/docs\n\n`,
    );
    expect(await statusFor(server, adminKey)).toBe(200);
    await eventually(
      async () => (await readdir(dataDir)).includes('audit-checkpoints.ndjson'),
      'a checkpoint is published',
    );
    // The initdb of the start that was killed may still write. The next start removes what it leaves.
    // Where the user of Postgres cannot enter this checkout, its programs are copied.
    const files = (await readdir(dataDir)).filter((it) => !/^postgres(\.new)?-/.test(it));
    expect(files.sort()).toEqual([
      'audit-checkpoints.ndjson',
      'audit-signing-key.pem',
      'postgres',
      'webhook-secret.key',
    ]);

    // To npm alone, as a supervisor does.
    server.signal('SIGTERM');
    await server.ended();
    await expectNothingLeft();
  });

  it('keeps its data over a stop, and stops on Ctrl-C', async () => {
    const server = await (await start(NPM_START, { LOG_LEVEL: 'info' })).ready();
    expect(await statusFor(server, adminKey)).toBe(200);
    expect(server.output).not.toMatch(KEY_LINE);
    // Nest logs each module and each route, which says nothing new.
    expect(server.output).not.toMatch(/Mapped|initialized/);
    expect(server.output).toMatch(/"context":"NestApplication"/);

    server.signalGroup('SIGINT');
    await server.ended();
    expect(server.output).not.toContain('not waiting');
    await expectNothingLeft();
  });

  it('stops when its parent process is gone, and has more than a second for it', async () => {
    const shell = await start(['sh', '-c', 'node scripts/start.mjs $$; true']);
    await shell.ready();
    const request = await halfARequest(shell);
    shell.signal('SIGKILL');
    await eventually(() => shell.output.includes('SIGTERM: stopping'), 'the server stops');
    await sleep(2_000);
    request.finish();
    await shell.ended();
    expect(request.answer()).toMatch(/^HTTP\/1\.1 204 /);
    expect(shell.output).not.toContain('not waiting');
    await expectNothingLeft();
  });

  it('stops if npm ended before the shell read the pid of npm', async () => {
    const npm = `(sleep 0.5; exec sh -c 'exec node scripts/start.mjs $PPID') &`;
    const orphan = await start(['sh', '-c', npm]);
    // The outer shell ends at once. The server still holds the output, so this waits for the server.
    await orphan.ended();
    await expectNothingLeft();
  });

  it('answers the requests under way before it stops', async () => {
    const server = await (await start(SERVER)).ready();
    const request = await halfARequest(server);
    server.signal('SIGTERM');
    await server.says(/stopping/);
    await eventually(async () => {
      return await fetch(`${server.url}/health/live`).then(
        () => false,
        () => true,
      );
    }, 'the server takes no more requests');
    request.finish('GET /health/live HTTP/1.1\r\nHost: registry\r\n\r\n');
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    expect(request.answer()).toMatch(/^HTTP\/1\.1 204 /);
    // The next one, on the same connection.
    expect(request.answer()).toMatch(
      /\r\n\r\nHTTP\/1\.1 503 .*\r\nConnection: close\r\n.*"code":"overloaded"/is,
    );
    await expectNothingLeft();
  });

  it('answers 503 to the next request on an idle connection after SIGTERM', async () => {
    const server = await (await start(SERVER)).ready();
    const request = 'GET /health/live HTTP/1.1\r\nHost: registry\r\n\r\n';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(request));
    let answers = '';
    socket.on('data', (chunk) => {
      answers += String(chunk);
    });
    await eventually(async () => answers.includes('200 OK'), 'the first request is answered');
    server.signal('SIGTERM');
    await server.says(/stopping/);
    socket.write(request);
    await once(socket, 'close');
    expect(answers).toMatch(/HTTP\/1\.1 503 .*\r\nconnection: close\r\n.*"code":"overloaded"/is);
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    await expectNothingLeft();
  });

  it('takes over the Postgres of a killed server, and restarts it after a crash', async () => {
    const killed = await (await start(SERVER)).ready();
    const postgres = await postgresOf(dataDir);
    killed.signal('SIGKILL');
    await killed.ended();

    const next = await (await start(SERVER)).ready();
    expect(await postgresOf(dataDir)).toBe(postgres);
    expect(await statusFor(next, adminKey)).toBe(200);

    if (postgres === undefined) throw new Error('no Postgres');
    process.kill(postgres, 'SIGKILL');
    await next.says(/starting it again/);
    await eventually(async () => (await statusFor(next, adminKey)) === 200, 'the server serves again');
    next.signal('SIGTERM');
    expect(await next.ended()).toEqual({ code: 0, signal: null });
    await expectNothingLeft();
  });

  it('shares its data directory with a replica; the last one stops Postgres', async () => {
    const [first, second] = await Promise.all([start(SERVER), start(SERVER)]);
    await Promise.all([first.ready(), second.ready()]);
    const postgres = await postgresOf(dataDir);

    // A third process, for a moment, makes an operator.
    const create = ['npm', 'run', 'operator:create', '--', '--name', 'Eve', '--role', 'OPERATOR'];
    const unlimited = await start(create);
    expect(await unlimited.ended()).toEqual({ code: 1, signal: null });
    expect(unlimited.output).toContain('an OPERATOR or AUDITOR needs either --workspace or --all-workspaces');
    const made = await start([...create, '--all-workspaces']);
    expect(await made.ended()).toEqual({ code: 0, signal: null });
    expect(made.output).toContain(`Using the database in ${dataDir}.`);
    const key = /access key \(shown once\): (cro_\w+)$/m.exec(made.output)?.[1] ?? '';
    expect(await statusFor(second, key)).toBe(403);

    first.signal('SIGTERM');
    expect(await first.ended()).toEqual({ code: 0, signal: null });
    expect(await statusFor(second, adminKey)).toBe(200);
    expect(await postgresOf(dataDir)).toBe(postgres);

    // A third one that cannot start takes nothing with it.
    const third = await start(SERVER, { PORT: new URL(second.url).port });
    expect(await third.ended()).toEqual({ code: 1, signal: null });
    expect(third.output).toMatch(/^The server cannot start: cannot listen, .*EADDRINUSE.*$/m);
    expect(await statusFor(second, adminKey)).toBe(200);

    second.signal('SIGTERM');
    expect(await second.ended()).toEqual({ code: 0, signal: null });
    await expectNothingLeft();
  });
});
