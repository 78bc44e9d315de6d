import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

/** The repository's root; `src/config` and `dist/config` lie equally deep. */
export const REPOSITORY_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The process environment, over the `.env` file at the root where there is one. */
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
