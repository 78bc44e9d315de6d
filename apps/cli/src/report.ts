import { CommanderError } from '@commander-js/extra-typings';
import { ProblemError } from '@coordinator-registry/client';
import { CancelledError, EXIT, exitCodeOf, PartlyFailedError } from './exit-codes.js';
import { printable } from './output/text.js';

/**
 * Says on stderr what went wrong: for scripts as one line of JSON, which is the problem document if the server sent one. No message has a
 * key.
 *
 * @returns the exit code, of the first error if there are several
 */
export function report(error: unknown, isJson: boolean): number {
  if (error instanceof PartlyFailedError) {
    const codes = error.failures.map(([id, cause]) => reportOne(cause, isJson, id));
    return codes[0] ?? EXIT.failed;
  }
  return reportOne(error, isJson);
}

/** @param id of what it is about, if there are several */
function reportOne(error: unknown, isJson: boolean, id?: string): number {
  const isUsage = error instanceof CommanderError;
  // Help and the version are no errors.
  if (isUsage && error.exitCode === 0) return EXIT.ok;
  const exitCode = isUsage ? EXIT.usage : exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (isJson) {
    const document =
      error instanceof ProblemError ? error.problem : { code: nameOf(exitCode), detail: message };
    process.stderr.write(`${JSON.stringify(id === undefined ? document : { ...document, id })}\n`);
    return exitCode;
  }
  // Commander has written its message already.
  if (isUsage) return exitCode;
  const prefix = error instanceof CancelledError ? '' : `error: ${id === undefined ? '' : `${id}: `}`;
  process.stderr.write(`${prefix}${message.split('\n').map(printable).join('\n')}\n`);
  const hint = error instanceof ProblemError ? hintFor(error) : undefined;
  if (hint !== undefined) process.stderr.write(`${hint}\n`);
  return exitCode;
}

/** As the codes of problems are written. */
function nameOf(exitCode: number): string {
  const [name = 'failed'] = Object.entries(EXIT).find(([, code]) => code === exitCode) ?? [];
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function hintFor({ problem }: ProblemError): string | undefined {
  if (problem.status === 401) return 'Sign in again with: coordinator-registry login';
  if (problem.code === 'route-not-found')
    return 'Is the address right? It must be that of the server, without a path.';
  return undefined;
}
