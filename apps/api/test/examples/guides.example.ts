import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { GiteaHooks } from '../support/gitea-hooks.js';
import { type Block, blocksOf, printed, Shell } from '../support/guide.js';
import { freePort, ROOT, ServerProcess } from '../support/server-process.js';

// Real processes, on machines that may be busy.
jest.setTimeout(180_000);

const KEY_LINE = /^First admin key \(shown once\): (cro_\w+)$/m;

/**
 * A page is followed as its reader would, from a server that has never run: blocks that end in `npm start` in the server's
 * terminal, all others pasted into one shell. Only the port is another one.
 */
describe.each([
  { file: 'README.md', section: '## Quick start' },
  { file: 'docs/admin.md', section: undefined },
  { file: 'docs/jobs.md', section: undefined },
  { file: 'docs/operations.md', section: undefined },
  { file: 'docs/webhooks.md', section: undefined },
  { file: 'packages/client-python/README.md', section: undefined },
])('$file', ({ file, section }) => {
  const blocks = blocksOf(file, section);
  let directory: string;
  const gitea = new GiteaHooks();
  let shell: Shell;
  let server: ServerProcess | undefined;
  let adminKey = '';
  let port: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'registry-guide-'));
    // Postgres runs as another user where this one is root.
    await chmod(directory, 0o755);
    port = await freePort();
    const environment = {
      TMPDIR: directory,
      NO_PROXY: '*',
      GITEA: await gitea.open(),
      GITEA_TOKEN: 'a-token',
      DATA_DIR: join(directory, 'data'),
    };
    shell = new Shell(environment);
    if (!isForServer(blocks[0])) await serve('npm start');
  });
  afterAll(async () => {
    shell.end();
    gitea.close();
    server?.signalGroup('SIGTERM');
    await server?.ended();
    ServerProcess.killAll();
    await rm(directory, { recursive: true, force: true });
  });

  async function serve(commands: string): Promise<void> {
    server?.signalGroup('SIGTERM');
    await server?.ended();
    server = new ServerProcess(['bash', '-ec', commands], { DATA_DIR: join(directory, 'data'), PORT: port });
    await server.ready();
    adminKey ||= (await server.says(KEY_LINE))[1] ?? '';
    // The key is shown before it is stored.
    await server.says(/^Serving on /m);
  }

  const run: Record<string, (block: Block) => Promise<string | undefined>> = {
    sh: async (block) => {
      if (isForServer(block)) {
        await serve(block.text.replace('npm ci && ', ''));
        return undefined;
      }
      // `read` takes the next line that is typed.
      const answer = /^(printf .*; )?read /.test(block.text) ? `\n${adminKey}` : '';
      const text = block.text.replace('127.0.0.1:3000', `127.0.0.1:${port}`);
      const output = await shell.paste(text.trimEnd() + answer);
      if (text.includes('$GITEA/')) await expectTheHookToWork();
      return output;
    },
    python: async ({ text }) => {
      await writeFile(join(directory, 'program.py'), text);
      return await shell.paste(`python3 ${join(directory, 'program.py')}`);
    },
    ts: async ({ text }) => await shell.paste(`node ${await compile(text, directory)}`),
    yaml: async ({ text }) => {
      const event = join(directory, 'event.json');
      await writeFile(event, JSON.stringify(issueAssigned()));
      const output = await shell.paste(
        `(export REGISTRY_URL=$API REGISTRY_KEY=$FORGE_KEY RUNNER_TEMP=${directory}\n` +
          `export GITHUB_EVENT_NAME=issues GITHUB_EVENT_PATH=${event}\n${scriptOf(text)})`,
      );
      expect(output).toMatch(/^\{"jobId":"[-0-9a-f]{36}"\}$/);
      return undefined;
    },
    regex: async ({ text }) => {
      const pattern = new RegExp(text.trim(), 'g');
      for (const name of ['ADMIN', 'KEY', 'NEW_KEY']) {
        const key = (await shell.paste(`echo $${name}`)).trim();
        expect(`"${key}", "${key}x", "x${key}"`.match(pattern)).toEqual([key]);
      }
      return undefined;
    },
    toml: async ({ text }) => {
      const pattern = blocks.find(({ language }) => language === 'regex')?.text.trim();
      expect(text).toContain(`regex = '''${pattern}'''`);
      return undefined;
    },
  };

  it.each(blocks.map((block) => ({ ...block, does: block.text.split('\n')[0] })))(
    'line $line, $language: $does',
    async (block) => {
      const output = await run[block.language]?.(block);
      if (block.prints !== undefined) expect(output).toMatch(printed(block));
    },
  );

  async function expectTheHookToWork(): Promise<void> {
    const [asked] = gitea.asked;
    expect(asked).toMatchObject({
      method: 'POST',
      path: '/api/v1/repos/acme/shop/hooks',
      authorization: 'token a-token',
      hook: { type: 'gitea', config: { content_type: 'json' } },
    });
    if (asked === undefined) return;
    const answer = await gitea.deliver(asked, 'issue_assign', 41);
    expect(answer.status).toBe(202);
    expect(asked.hook.events).toContain('issue_comment');
  }
});

function isForServer(block: Block | undefined): boolean {
  return block !== undefined && /(^|&& )npm start$/m.test(block.text);
}

/** Strictly, as a reader's project would. @returns the path of the program */
async function compile(text: string, directory: string): Promise<string> {
  const source = join(directory, 'program.mts');
  await linkClient(directory);
  await writeFile(source, text);
  const options = [
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  const roots = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--ignoreConfig'];
  const tsc = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, ...roots, source],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect(tsc.stdout).toBe('');
  return join(directory, 'program.mjs');
}

/** As if it were installed there. */
async function linkClient(directory: string): Promise<void> {
  const scope = join(directory, 'node_modules/@coordinator-registry');
  await mkdir(scope, { recursive: true });
  await symlink(join(ROOT, 'packages/client'), join(scope, 'client'));
}

/** The one script of a workflow. */
function scriptOf(workflow: string): string {
  const [, indent = '', script = ''] = /^( +)run: \|\n(.*)/ms.exec(workflow) ?? [];
  return script.replaceAll(new RegExp(`^${indent}  `, 'gm'), '');
}

/** What GitHub really sent, for a repository of ours. */
function issueAssigned(): object {
  const recorded: { name: string; examples: { action?: string; repository: object }[] }[] = createRequire(
    import.meta.url,
  )('@octokit/webhooks-examples');
  const event = recorded
    .find(({ name }) => name === 'issues')
    ?.examples.find(({ action }) => action === 'assigned');
  if (event === undefined) throw new Error('no recorded assignment');
  return { ...event, repository: { ...event.repository, full_name: 'acme/shop' } };
}
