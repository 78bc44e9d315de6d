import { open, rm } from 'node:fs/promises';
import { UsageError } from '../exit-codes.js';
import type { Output } from './output.js';

/**
 * Creates a secret and shows it once, or writes it to a file that only its owner may read. The file is made before the secret, because a
 * secret that cannot be stored is lost.
 *
 * @param create makes it at the server
 * @param secretOf the secret in the answer
 */
export async function showOnce<Created extends object>(
  output: Output,
  path: string | undefined,
  create: () => Promise<Created>,
  secretOf: (created: Created) => [member: keyof Created & string, secret: string],
): Promise<void> {
  if (path === undefined) {
    const created = await create();
    const [member] = secretOf(created);
    output.item(created);
    output.say(`Store ${member} now: it cannot be shown again.`);
    return;
  }
  const file = await newFile(path);
  let created: Created;
  try {
    created = await create();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  const [member, secret] = secretOf(created);
  try {
    await file.writeFile(`${secret}\n`);
    await file.sync();
  } catch (error) {
    // It exists at the server now, so it is shown rather than lost.
    output.item(created);
    throw new Error(`${path} could not be written. Store ${member} from the output.`, { cause: error });
  } finally {
    await file.close();
  }
  output.item({ ...created, [member]: `in ${path}` });
}

async function newFile(path: string) {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new UsageError(`${path} exists already, and is not overwritten`);
    }
    throw error;
  }
}
