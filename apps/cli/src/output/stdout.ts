import { printable } from './text.js';

let failure: NodeJS.ErrnoException | undefined;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (failure !== undefined) return;
  failure = error;
  // A reader that has enough, such as head, closes the pipe. That is no error, and no reason to stop a change half-way.
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: The output could not be written: ${printable(error.message)}\n`);
  process.exitCode = 1;
});

/** Whether what is printed can still reach a reader. */
export function hasReader(): boolean {
  return failure === undefined;
}

export function print(text: string): void {
  if (hasReader()) process.stdout.write(text);
}

/** @throws Error if it cannot be written */
export async function printOrThrow(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
