import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './server-process.js';

export const CLI = join(ROOT, 'apps/cli/bin/coordinator-registry.js');

/** What a command returned. */
export interface Returned {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command line as a user starts it, with a home of its own. */
export class CommandLine {
  private readonly running = new Set<ChildProcess>();

  private constructor(
    /** an empty folder, in which the commands run */
    readonly folder: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async open(environment: Record<string, string> = {}): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), 'registry-cli-')), environment);
  }

  async close(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** @param more environment of this command alone; undefined removes a variable */
  run(
    args: string[],
    more: { env?: Record<string, string | undefined>; input?: string } = {},
  ): Promise<Returned> {
    return this.start(args, more).ended;
  }

  /** The parsed answer of a command with `--json`, which must succeed. */
  async json<Body>(...args: string[]): Promise<Body> {
    return JSON.parse(await this.text('--json', ...args));
  }

  /** What a command prints, which must succeed. */
  async text(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
    return stdout;
  }

  /** A command that goes on until it is interrupted, or ends by itself. */
  start(
    args: string[],
    { env = {}, input = '' }: { env?: Record<string, string | undefined>; input?: string } = {},
  ): { child: ChildProcess; printed: () => string; ended: Promise<Returned> } {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: this.folder,
      env: { PATH, HOME: this.folder, ...this.environment, ...env },
      stdio: 'pipe',
    });
    this.running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A command that reads nothing ends before its input does.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const ended = new Promise<Returned>((resolve) => {
      child.once('close', (code) => {
        this.running.delete(child);
        resolve({ code, stdout, stderr });
      });
    });
    return { child, printed: () => stdout, ended };
  }

  /** A file in the folder of the commands. @returns its path */
  async write(name: string, text: string, mode = 0o600): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  }
}
