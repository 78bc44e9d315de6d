import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

/** The repository's root. `src/config` and `dist/config` have the same depth. */
export const REPOSITORY_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The process environment. It overrides the `.env` file at the root, if there is one. */
export function readEnvironment(root: string = REPOSITORY_ROOT): NodeJS.ProcessEnv {
  return { ...readEnvFile(join(root, '.env')), ...process.env };
}

function readEnvFile(path: string): NodeJS.ProcessEnv {
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')) };
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
