import { open, rm } from 'node:fs/promises';
import { UsageError } from '../exit-codes.js';
import type { Output } from './output.js';
import { unfinished } from './unfinished.js';

/**
 * Creates a secret and shows it once, or writes it to a file that only its owner may read. The file is made before the secret, because a
 * secret that cannot be stored is lost.
 *
 * @param create makes it at the server
 * @param secretOf the secret in the answer
 * @throws Error if it was made and can be neither shown nor stored
 */
export async function showOnce<Created extends object>(
  output: Output,
  path: string | undefined,
  create: () => Promise<Created>,
  secretOf: (created: Created) => [member: keyof Created & string, secret: string],
): Promise<void> {
  if (path === undefined) {
    const created = await create();
    await show(output, created, secretOf(created)[0]);
    return;
  }
  const file = await newFile(path);
  const finish = unfinished(path);
  let isStored = false;
  try {
    const created = await create();
    const [member, secret] = secretOf(created);
    try {
      await file.writeFile(`${secret}\n`);
      await file.sync();
      isStored = true;
    } catch (error) {
      // It exists at the server now, so it is shown rather than lost.
      await show(output, created, member);
      throw new Error(`${path} could not be written. Store ${member} from the output.`, { cause: error });
    }
    output.item({ ...created, [member]: `in ${path}` });
  } finally {
    await file.close();
    if (!isStored) await rm(path, { force: true });
    finish();
  }
}

async function show<Created extends object>(output: Output, created: Created, member: string): Promise<void> {
  try {
    await output.itemOrThrow(created);
  } catch (error) {
    throw new Error(`It was made, but ${member} could not be shown, and is lost. Rotate or revoke it.`, {
      cause: error,
    });
  }
  output.say(`Store ${member} now: it cannot be shown again.`);
}

async function newFile(path: string) {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    throw new UsageError(whyNoFile(path, error));
  }
}

/** Why a new file cannot be made. */
export function whyNoFile(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return `${path} exists already, and is not overwritten.`;
  if (code === 'ENOENT') return `There is no folder for the file '${path}'.`;
  return `The file ${path} cannot be made: ${error instanceof Error ? error.message : String(error)}.`;
}
