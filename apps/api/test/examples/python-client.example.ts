import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { blocksOf } from '../support/guide.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually, freePort, ROOT, SERVER, ServerProcess } from '../support/server-process.js';

const CLIENT = 'packages/client-python';

describe('the Python client', () => {
  let test: TestApp;
  let url: string;
  let coordinator: TestCoordinator;
  let directory: string;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
    directory = await mkdtemp(join(tmpdir(), 'registry-python-'));
  });
  afterAll(async () => {
    await test.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(async () => {
    coordinator = await registerCoordinator(test);
  });
  afterEach(() => ServerProcess.killAll());

  /** A program that has `registry`, with the key of the coordinator. */
  async function run(body: string, at = url): Promise<ServerProcess> {
    const program = join(directory, `${crypto.randomUUID()}.py`);
    await writeFile(
      program,
      `import os, sys, time, logging
from coordinator_registry import *
logging.basicConfig(level=logging.INFO)
registry = Coordinator(os.environ["REGISTRY_URL"], os.environ["REGISTRY_API_KEY"])
${body}`,
    );
    return new ServerProcess(['python3', '-u', program], {
      PYTHONPATH: CLIENT,
      REGISTRY_URL: at,
      REGISTRY_API_KEY: coordinator.apiKey,
      NO_PROXY: '*',
    });
  }

  async function read(job: Pick<Job, 'id'>): Promise<Job> {
    return succeed<Job>(await call(test, 'get', `/coordinator/jobs/${job.id}`, { key: coordinator.apiKey }));
  }

  async function cancel(job: Job): Promise<void> {
    await admin(test, 'post', `/jobs/${job.id}/cancel`, { reason: 'wrong branch' });
  }

  it('has types that mypy accepts, in strict mode, with the example and the README', async () => {
    const samples = blocksOf(`${CLIENT}/README.md`).filter(({ language }) => language === 'python');
    expect(samples.length).toBeGreaterThan(2);
    const files = await Promise.all(
      samples.map(async ({ text }, at) => {
        const file = join(directory, `sample${at}.py`);
        // The samples have no types of their own.
        await writeFile(
          file,
          text.replace('def review(job, attempt):', 'def review(job: Any, attempt: Any) -> Any:'),
        );
        await writeFile(file, `from typing import Any\n${readFileSync(file, 'utf8')}`);
        return file;
      }),
    );
    for (const checked of [
      [`${CLIENT}/coordinator_registry`],
      ['docs/examples/coordinator.py'],
      ...files.map((it) => [it]),
    ]) {
      const said = execFileSync('mypy', ['--strict', '--no-incremental', ...checked], {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, MYPYPATH: CLIENT },
      });
      expect(said).toMatch(/^Success: no issues found/);
    }
  });

  it('has the version of the product', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(readFileSync(join(ROOT, CLIENT, 'pyproject.toml'), 'utf8')).toContain(
      `\nversion = "${version}"\n`,
    );
  });

  it('stops the work of a job that an operator cancels, also between two reports', async () => {
    const job = await createJob(test, coordinator, { type: 'build' });
    const worker = await run(`
def build(job, attempt):
    print("begun")
    print("stopped:", attempt.stopped.wait(60), attempt.stopped.reason.reason)
registry.worker({"build": build}).run()`);
    await worker.says(/begun/);
    await cancel(job);
    await worker.says(/stopped: True cancelled/);
    worker.signal('SIGTERM');
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    expect(await read(job)).toMatchObject({ status: 'CANCELLED', error: null });
  });

  it('does several jobs at once, and no more than its concurrency', async () => {
    const jobs = await Promise.all(
      Array.from({ length: 5 }, () => createJob(test, coordinator, { type: 'build' })),
    );
    const worker = await run(`
import threading
now, most, lock = 0, 0, threading.Lock()
def build(job, attempt):
    global now, most
    with lock:
        now += 1
        most = max(most, now)
    time.sleep(1)
    with lock:
        now -= 1
registry.worker({"build": build}, concurrency=3, until_idle=True).run()
print("most:", most)`);
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    expect(worker.output).toMatch(/most: 3/);
    for (const job of jobs) expect(await read(job)).toMatchObject({ status: 'COMPLETED', attempt: 1 });
  });

  it('fails a job as a JobFailure says', async () => {
    const job = await createJob(test, coordinator, { type: 'build' });
    const worker = await run(`
def build(job, attempt):
    raise JobFailure("no such branch", final=True, failedStep="checkout")
registry.worker({"build": build}, until_idle=True).run()`);
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    expect(await read(job)).toMatchObject({
      status: 'FAILED',
      error: 'no such branch',
      failedStep: 'checkout',
      final: true,
    });
  });

  it('gives the work up if its lease cannot be renewed', async () => {
    const PORT = await freePort();
    const server = await new ServerProcess(SERVER, { PORT, DATABASE_URL: test.database.apiUrl }).ready();
    await createJob(test, coordinator, { type: 'build' });
    const worker = await run(
      `
def build(job, attempt):
    print("begun")
    print("stopped:", attempt.stopped.wait(90), attempt.stopped.reason.reason)
registry.worker({"build": build}, lease_seconds=30).run()`,
      server.url,
    );
    await worker.says(/begun/);
    server.signal('SIGKILL');
    await worker.says(/stopped: True lease-expired/);
  });

  it('tells a request that was not sent from one whose outcome is unknown', async () => {
    const program = await run(
      `
registry = Coordinator(os.environ["REGISTRY_URL"], os.environ["REGISTRY_API_KEY"], retry_seconds=0)
try:
    registry.health()
except Unreachable as error:
    print("sent:", error.is_sent)`,
      `http://127.0.0.1:${await freePort()}`,
    );
    expect(await program.ended()).toEqual({ code: 0, signal: null });
    expect(program.output).toMatch(/sent: False/);
  });

  it('refuses an answer that is not from a registry, and a url with a password', async () => {
    const program = await run(`
for url in [os.environ["REGISTRY_URL"] + "/console", "http://user:secret@127.0.0.1", "ftp://127.0.0.1"]:
    try:
        Coordinator(url, os.environ["REGISTRY_API_KEY"]).health()
    except (UnexpectedAnswer, Problem, ValueError) as error:
        print(type(error).__name__)`);
    expect(await program.ended()).toEqual({ code: 0, signal: null });
    expect(program.output).toMatch(/(UnexpectedAnswer|Problem)\nValueError\nValueError/);
    expect(program.output).not.toMatch(/secret/);
  });

  it('follows all events once and in order, although the server is killed', async () => {
    const PORT = await freePort();
    const settings = { PORT, DATABASE_URL: test.database.apiUrl };
    const server = await new ServerProcess(SERVER, settings).ready();
    const first = await createJob(test, coordinator, { type: 'build' });
    const follower = await run(
      `
for event in registry.events():
    print("event", event["resourceId"], event["rev"])`,
      server.url,
    );
    await follower.says(new RegExp(`event ${first.id} 1`));
    server.signal('SIGKILL');
    await server.ended();
    const second = await createJob(test, coordinator, { type: 'build' });
    await new ServerProcess(SERVER, settings).ready();
    await follower.says(new RegExp(`event ${second.id} 1`));
    const third = await createJob(test, coordinator, { type: 'build' });
    await follower.says(new RegExp(`event ${third.id} 1`));
    const seen = [...follower.output.matchAll(/^event (\S+) 1$/gm)].map(([, id]) => id);
    expect(seen).toEqual([first.id, second.id, third.id]);
  });

  it('waits for the end of a job that another program does', async () => {
    const job = await createJob(test, coordinator, { type: 'build' });
    const waiting = await run(`print("end:", registry.wait_for_end("${job.id}")["status"])`);
    await eventually(async () => {
      const { text } = await test.http().get('/metrics');
      return /^http_requests_waiting [1-9]/m.test(text);
    }, 'the request to wait');
    await cancel(job);
    expect(await waiting.ended()).toEqual({ code: 0, signal: null });
    expect(waiting.output).toMatch(/end: CANCELLED/);
  });
});
