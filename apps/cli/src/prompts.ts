import { CancelledError, UsageError } from './exit-codes.js';

/** Whether there is a person to ask. Questions go to stderr, so that stdout has only what a command returns. */
function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks before something that cannot be undone.
 *
 * @param consequence what will happen, as a sentence
 * @throws CancelledError if the answer is no
 * @throws UsageError if there is no terminal to ask at
 */
export async function confirm(consequence: string, isConfirmed: boolean | undefined): Promise<void> {
  if (isConfirmed) return;
  if (!isInteractive()) throw new UsageError(`${consequence} Confirm with --yes.`);
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({
    message: `${consequence} Go on?`,
    initialValue: false,
    output: process.stderr,
  });
  if (answer !== true) throw new CancelledError('Nothing was changed.');
}

/** @throws UsageError if there is no terminal to ask at */
export async function ask(message: string): Promise<string> {
  if (!isInteractive()) throw new UsageError(`There is no terminal to ask at: ${message}`);
  const prompts = await import('@clack/prompts');
  const answer = await prompts.text({ message, output: process.stderr });
  if (typeof answer !== 'string') throw new CancelledError('Nothing was changed.');
  return answer.trim();
}

/** A secret, from a hidden prompt, or from stdin if that is no terminal. */
export async function readSecret(message: string): Promise<string> {
  if (!isInteractive()) {
    const { text } = await import('node:stream/consumers');
    return (await text(process.stdin)).trim();
  }
  const prompts = await import('@clack/prompts');
  const answer = await prompts.password({ message, output: process.stderr });
  if (typeof answer !== 'string') throw new CancelledError('Nothing was changed.');
  return answer.trim();
}
