import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spread } from '../rounds.js';

const CLI = join(
  fileURLToPath(new URL('../../../..', import.meta.url)),
  'apps/cli/bin/coordinator-registry.js',
);
/** Node alone is the floor of all. */
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  '--version': [CLI, '--version'],
  '--help': [CLI, '--help'],
  'jobs list --help': [CLI, 'jobs', 'list', '--help'],
  'audit verify --help': [CLI, 'audit', 'verify', '--help'],
};

/** How long a start of the command line takes, from the process to its end, in turns. The first turn warms up and does not count. */
export function measureCommandLine(turns: number, tell: (line: string) => void): void {
  const taken = new Map<string, number[]>();
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [name, args] of Object.entries(COMMANDS)) {
      const from = performance.now();
      const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
      if (turn > 0) taken.set(name, [...(taken.get(name) ?? []), performance.now() - from]);
    }
  }
  const floor = spread(taken.get('node -e 0') ?? []).median;
  for (const [name, all] of taken) {
    const { median, min, max } = spread(all);
    const ratio = (median / floor).toFixed(2);
    tell(`${name}: ${median.toFixed(0)} ms (${min.toFixed(0)} to ${max.toFixed(0)}), ${ratio} of Node alone`);
  }
}
