import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './server-process.js';

/** A fenced block of a guide, in the order of the page. */
export interface Block {
  language: string;
  text: string;
  /** what the `text` block right after it says that it prints; `…` stands for anything within a line */
  prints: string | undefined;
  /** for the names of tests */
  line: number;
}

/** @param section only what stands under this heading, as far as the next of its level */
export function blocksOf(file: string, section?: string): Block[] {
  const page = readFileSync(join(ROOT, file), 'utf8');
  const from = section === undefined ? 0 : page.indexOf(`\n${section}\n`);
  if (from < 0) throw new Error(`${file} has no section ${section}`);
  const to = section === undefined ? -1 : page.indexOf('\n## ', from + section.length);
  const part = page.slice(from, to < 0 ? undefined : to);
  const linesBefore = page.slice(0, from).split('\n').length;

  const blocks: Block[] = [];
  let end = 0;
  for (const { 1: language = '', 2: text = '', index, 0: whole } of part.matchAll(
    /^```(\w+)\n(.*?)^```$/gms,
  )) {
    const last = blocks.at(-1);
    if (language === 'text') {
      if (last === undefined || part.slice(end, index).trim() !== '')
        throw new Error(`whose output is ${text}?`);
      last.prints = text;
    } else {
      const line = linesBefore + part.slice(0, index).split('\n').length - 1;
      blocks.push({ language, text, prints: undefined, line });
    }
    end = index + whole.length;
  }
  return blocks;
}

/** What a block prints, as a pattern for the whole of it. */
export function printed(block: Block): RegExp {
  const parts = (block.prints ?? '').trimEnd().split('…');
  return new RegExp(`^${parts.map((it) => it.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^\\n]*')}\n*$`);
}

const TIMEOUT_MS = 60_000;
const DONE = 'the block is done';

/** One bash for all blocks, which ends at the first command that fails. */
export class Shell {
  private readonly bash: ChildProcess;
  private out = '';
  private said = '';

  constructor(env: NodeJS.ProcessEnv) {
    this.bash = spawn('bash', ['-s'], { cwd: ROOT, stdio: 'pipe', env: { ...process.env, ...env } });
    this.bash.stdout?.on('data', (chunk) => {
      this.out += String(chunk);
    });
    this.bash.stderr?.on('data', (chunk) => {
      this.said += String(chunk);
    });
    this.bash.stdin?.write('set -eu -o pipefail\n');
  }

  /** Pastes the text and resolves with what it prints to standard output. */
  async paste(text: string): Promise<string> {
    this.out = '';
    this.said = '';
    this.bash.stdin?.write(`${text.trimEnd()}\necho '${DONE}'\n`);
    const deadline = performance.now() + TIMEOUT_MS;
    while (!this.out.endsWith(`${DONE}\n`)) {
      if (this.bash.exitCode !== null || performance.now() > deadline) {
        throw new Error(`a command failed:\n${text}\nIt printed:\n${this.out}\n${this.said}`);
      }
      await sleep(20);
    }
    return this.out.slice(0, -`${DONE}\n`.length);
  }

  end(): void {
    this.bash.kill('SIGKILL');
  }
}
