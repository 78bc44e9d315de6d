import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Block, blocksOf, printed } from '../support/guide.js';
import { close, listen, registerCoordinator, type TestCoordinator } from '../support/registry.js';
import { ROOT, ServerProcess } from '../support/server-process.js';

const run = promisify(execFile);

// It installs a package, and compiles against all types of the API, on machines that may be busy.
jest.setTimeout(300_000);

/** Mistakes that must not compile; the others must. */
const TYPES = `
import { createCoordinator, createOperator, hasCode, ProblemError, unwrap } from '@coordinator-registry/client';

const coordinator = createCoordinator({ url: 'http://127.0.0.1', key: async () => 'crk_' });
const operator = createOperator({ url: 'http://127.0.0.1', key: 'cro_', retrySeconds: 5 });
export async function compiles(): Promise<string | undefined> {
  const { data, error } = await coordinator.POST('/coordinator/jobs/{id}/complete', {
    params: { path: { id: 'an id' } },
    body: { attempt: 1 },
  });
  // @ts-expect-error there is no such code
  if (error?.code === 'nonsense') return;
  if (error?.code === 'stale-attempt') return error.endedAt;
  // @ts-expect-error only a stale attempt has ended
  if (error?.code === 'rate-limited') return error.endedAt;
  const job = await unwrap(coordinator.POST('/coordinator/jobs/claim', { body: { agentId: 'agent-1' } }));
  // @ts-expect-error there may be none
  job.id;
  // @ts-expect-error agentId is missing
  await coordinator.POST('/coordinator/jobs/claim', { body: {} });
  // @ts-expect-error a route of coordinators
  await operator.GET('/coordinator/jobs');
  // @ts-expect-error a route of operators
  await coordinator.GET('/jobs');
  try {
    await unwrap(operator.GET('/me'));
  } catch (caught) {
    if (hasCode(caught, 'already-exists')) return caught.problem.member;
    if (caught instanceof ProblemError && caught.problem.code === 'route-not-found') return caught.problem.detail;
  }
  return data?.status;
}
`;

/** What the examples of a reference leave out. */
const PRELUDE = `
import { createCoordinator, createOperator, everyItem, keyFile, unwrap } from '@coordinator-registry/client';
const { REGISTRY_URL: url = '', REGISTRY_API_KEY_FILE = '', REGISTRY_ACCESS_KEY = '' } = process.env;
const coordinator = createCoordinator({ url, key: keyFile(REGISTRY_API_KEY_FILE) });
const operator = createOperator({ url, key: REGISTRY_ACCESS_KEY });
`;

function examplesOf(file: string): (Block & { file: string })[] {
  const page = readFileSync(join(ROOT, file), 'utf8');
  return [...page.matchAll(/^#+ Example\n\n```ts\n(.*?)^```$/gms)].map(([, text = ''], place) => ({
    language: 'ts',
    text: `${PRELUDE}${text}`,
    prints: undefined,
    line: place,
    file: `reference-${place}`,
  }));
}

describe('package of the client', () => {
  let test: TestApp;
  let registered: TestCoordinator;
  let project: string;
  let packed: { files: { path: string }[] };
  let blocks: (Block & { file: string })[];
  let environment: Record<string, string>;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    registered = await registerCoordinator(test);
    project = await mkdtemp(join(tmpdir(), 'registry-package-'));
    const client = join(ROOT, 'packages/client');
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: client });
    const [found] = JSON.parse(stdout);
    packed = found;
    await write('package.json', JSON.stringify({ name: 'empty', private: true, type: 'module' }));
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...options, join(project, found.filename)], { cwd: project });

    blocks = blocksOf('packages/client/README.md').map((it, place) => ({ ...it, file: `readme-${place}` }));
    blocks.push(...examplesOf('docs/client-reference.md'));
    for (const { file, text } of blocks) await write(`${file}.ts`, text);
    await write('types.ts', TYPES);
    await write('key', registered.apiKey);
    environment = {
      REGISTRY_URL: await test.app.getUrl(),
      REGISTRY_API_KEY_FILE: join(project, 'key'),
      REGISTRY_ACCESS_KEY: test.adminKey,
      WORKSPACE: registered.workspaceIds[0] ?? '',
    };
  });
  afterAll(async () => {
    ServerProcess.killAll();
    await rm(project, { recursive: true, force: true });
    await close(test);
  });

  const write = (name: string, text: string) => writeFile(join(project, name), text);

  it('has the compiled code, its types and the README', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !/^dist\/[-\w]+\.(js|d\.ts)$/.test(path)).sort()).toEqual([
      'README.md',
      'package.json',
    ]);
    expect(paths).toContain('dist/index.d.ts');
  });

  it('brings openapi-fetch and its types, and nothing else', async () => {
    const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8'));
    expect(Object.keys(lock.packages).sort()).toEqual([
      '',
      'node_modules/@coordinator-registry/client',
      'node_modules/openapi-fetch',
      'node_modules/openapi-typescript-helpers',
    ]);
  });

  it.each([
    ['bundler', 'esnext', false],
    ['node16', 'node16', true],
  ])('compiles in a strict project with moduleResolution %s', async (moduleResolution, module, exact) => {
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: exact,
      skipLibCheck: !exact,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      outDir: moduleResolution,
    };
    await write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc], { cwd: project }).catch((it) => it);
    expect(stdout).toBe('');
  });

  it.each([
    ['README', { workers: 1, others: 2 }],
    ['reference', { workers: 1, others: 1 }],
  ])('runs each example of its %s as printed', async (page, count) => {
    const programs = blocks
      .filter(({ file }) => file.startsWith(page.toLowerCase()))
      .map((block) => {
        const command = [process.execPath, join(project, 'node16', `${block.file}.js`)];
        return { block, start: () => new ServerProcess(command, environment, { cwd: project }) };
      });
    // A worker runs until it is stopped; the other examples use the jobs that it does.
    const isWorker = ({ text }: Block) => text.includes('await worker.done');
    const workers = programs.filter(({ block }) => isWorker(block)).map(({ start }) => start());
    const others = programs.filter(({ block }) => !isWorker(block));
    for (const { block, start } of others) {
      const process = start();
      const exit = await process.ended();
      expect({ ...exit, output: process.output }).toMatchObject({ code: 0 });
      if (block.prints !== undefined) expect(process.output).toMatch(printed(block));
    }
    expect({ workers: workers.length, others: others.length }).toEqual(count);
    for (const worker of workers) {
      worker.signal('SIGTERM');
      expect(await worker.ended()).toEqual({ code: 0, signal: null });
    }
  });
});
