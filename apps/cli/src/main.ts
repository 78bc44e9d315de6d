import { readFileSync } from 'node:fs';
import { CommanderError } from '@commander-js/extra-typings';
import { ProblemError } from '@coordinator-registry/client';
import { CancelledError, EXIT, exitCodeOf, UsageError } from './exit-codes.js';
import { printable } from './output/text.js';
import { addCompletion, createProgram } from './program.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const program = createProgram(version);
addCompletion(program);
// A reader that has enough, such as head, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says on stderr what went wrong. No message has a key. */
function report(error: unknown): number {
  // Commander has written its message already. Help and the version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ProblemError && program.opts().json) {
    process.stderr.write(`${JSON.stringify(error.problem)}\n`);
    return exitCodeOf(error);
  }
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split('\n').map(printable);
  const prefix = error instanceof CancelledError ? '' : 'error: ';
  process.stderr.write(`${prefix}${lines.join('\n')}\n`);
  if (error instanceof UsageError || !(error instanceof ProblemError)) return exitCodeOf(error);
  const hint = hintFor(error);
  if (hint !== undefined) process.stderr.write(`${hint}\n`);
  return exitCodeOf(error);
}

function hintFor({ problem }: ProblemError): string | undefined {
  if (problem.status === 401) return 'Sign in again with: coordinator-registry login';
  return undefined;
}
