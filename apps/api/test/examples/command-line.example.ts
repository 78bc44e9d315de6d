import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { CLI, CommandLine } from '../support/command-line.js';
import { blocksOf } from '../support/guide.js';
import { call, close, createJob, jobRow, listen, registerCoordinator } from '../support/registry.js';
import { ROOT } from '../support/server-process.js';

const TERMINAL = join(ROOT, 'apps/api/test/support/terminal.py');
const ENTER = '\\r';
const CTRL_C = '\\x03';

/** What a person sees: prompts that hide a key, questions, a bar. */
describe('command line in a terminal', () => {
  let test: TestApp;
  let url: string;
  let cli: CommandLine;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
    cli = await CommandLine.open();
  });
  afterAll(async () => {
    await cli.close();
    await close(test);
  });

  /** @param answers pairs of a text that is shown, and what is typed then */
  async function inTerminal(
    args: string[],
    answers: [shown: string, typed: string][],
    env: NodeJS.ProcessEnv = {},
    ...program: string[]
  ) {
    const command = program.length > 0 ? program : [process.execPath, CLI];
    const child = spawn('python3', [TERMINAL, ...command, ...args], {
      cwd: cli.folder,
      env: { PATH: process.env.PATH, HOME: cli.folder, TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(answers.flat().join('\n'));
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    await new Promise((resolve) => child.once('close', resolve));
    return { shown, code: Number(/exit (-?\d+)\n$/.exec(shown)?.[1]) };
  }

  const operator = () => ({ REGISTRY_URL: url, REGISTRY_ACCESS_KEY: test.adminKey });

  it('asks for the access key without showing it, as the README prints it', async () => {
    const [{ text } = { text: '' }] = blocksOf('apps/cli/README.md', '## Sign in');
    const [command = '', prompt = '', , answer = ''] = text.split('\n');
    const args = command.replace('https://registry.example', url).split(' ').slice(2);
    const { shown, code } = await inTerminal(args, [[prompt, `${test.adminKey}${ENTER}`]]);
    expect(code).toBe(0);
    expect(shown).toContain(`Signed in to ${url} as test admin, ADMIN.`);
    expect(answer).toMatch(/^Signed in to https:\/\/registry\.example as Ada, ADMIN\./);
    expect(shown).not.toContain(test.adminKey.slice(21));
    const profiles = await readFile(join(cli.folder, '.config/coordinator-registry/profiles.json'), 'utf8');
    expect(JSON.parse(profiles)).toEqual({ default: { url, accessKey: test.adminKey } });
  });

  it('asks for a leaked key without showing it, and revokes it', async () => {
    const { apiKey } = await registerCoordinator(test);
    const typed = `${apiKey}${ENTER}`;
    const { shown, code } = await inTerminal(
      ['keys', 'report-leaked'],
      [['The leaked key', typed]],
      operator(),
    );
    expect(code).toBe(0);
    expect(shown).not.toContain(apiKey.slice(21));
    expect((await call(test, 'get', '/coordinator/health', { key: apiKey })).status).toBe(401);
  });

  it.each([
    ['y', 0, 'CANCELLED'],
    ['n', 130, 'PENDING'],
    [ENTER, 130, 'PENDING'],
    [CTRL_C, 130, 'PENDING'],
  ])('asks before it cancels a job: %s ends with %d, and the job is %s', async (typed, exit, status) => {
    const { id } = await createJob(test, await registerCoordinator(test));
    const args = ['jobs', 'cancel', id, '--reason', 'a test'];
    const { shown, code } = await inTerminal(
      args,
      [['will be cancelled for good. Go on?', typed]],
      operator(),
    );
    expect({ code, shown }).toEqual({
      code: exit,
      shown: expect.stringContaining('1 job will be cancelled'),
    });
    expect(await jobRow(test, id)).toMatchObject({ status });
  });

  it('shows how far an export is', async () => {
    const args = ['audit', 'export', '--output', 'log.ndjson'];
    const { shown, code } = await inTerminal(args, [], operator());
    expect(code).toBe(0);
    expect(shown).toMatch(/\d+ % \| \d+ records/);
    expect(shown).toContain('in log.ndjson.');
  });

  it('completes in bash', async () => {
    await cli.write('completion', await cli.text('completion', 'bash'));
    await cli.write(
      'rc',
      `PS1='ready> '
      coordinator-registry() { '${process.execPath}' '${CLI}' "$@"; }
      source /usr/share/bash-completion/bash_completion
      source ./completion
      bind 'set bell-style none'`,
    );
    const { shown } = await inTerminal(
      ['--noprofile', '--rcfile', 'rc', '-i'],
      [
        ['ready> ', 'coordinator-registry jobs fol\\t'],
        ['jobs follow', '\\x15exit\\r'],
      ],
      {},
      'bash',
    );
    expect(shown).toContain('coordinator-registry jobs follow');
  });

  it.each(['zsh', 'fish'])('has a completion that %s can read', async (shell) => {
    const path = await cli.write(`completion.${shell}`, await cli.text('completion', shell));
    expect(spawnSync(shell, ['-n', path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
