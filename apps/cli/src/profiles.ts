import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { readEnvironment } from './environment.js';
import { UsageError } from './exit-codes.js';

/** A server, and the access key for it. */
export interface Profile {
  url: string;
  accessKey: string;
}

const OTHERS = 0o077;

/** @throws UsageError if there is no folder for it */
export function profilesFile(): string {
  const { configHome } = readEnvironment();
  if (!isAbsolute(configHome))
    throw new UsageError('There is no folder for profiles. Set HOME or XDG_CONFIG_HOME.');
  return join(configHome, 'coordinator-registry', 'profiles.json');
}

/**
 * @returns undefined if there is no such profile
 * @throws UsageError if others may read the file, or if it is damaged
 */
export async function readProfile(name: string): Promise<Profile | undefined> {
  return (await readProfiles()).get(name);
}

/** @param profile undefined removes it */
export async function writeProfile(name: string, profile: Profile | undefined): Promise<void> {
  const profiles = await readProfiles();
  if (profile === undefined) profiles.delete(name);
  else profiles.set(name, profile);
  const path = profilesFile();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}-${randomUUID()}`;
  const file = await open(next, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(Object.fromEntries(profiles), undefined, 2)}\n`);
    await file.sync();
    await file.close();
    await chmod(next, 0o600);
    await rename(next, path);
  } catch (error) {
    await file.close();
    await rm(next, { force: true });
    throw error;
  }
}

async function readProfiles(): Promise<Map<string, Profile>> {
  const path = profilesFile();
  let text: string;
  try {
    if (process.platform !== 'win32' && ((await stat(path)).mode & OTHERS) !== 0) {
      throw new UsageError(`${path} has access keys, and others may read it. Run: chmod 600 '${path}'`);
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  const profiles = new Map<string, Profile>();
  for (const [name, value] of Object.entries(parsed(text, path))) {
    if (!isProfile(value)) throw damaged(path);
    profiles.set(name, value);
  }
  return profiles;
}

function parsed(text: string, path: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of the parser would repeat a part of the file, and so of a key.
  }
  if (typeof value !== 'object' || value === null) throw damaged(path);
  return value;
}

function damaged(path: string): UsageError {
  return new UsageError(`${path} is damaged. Remove it, and run: coordinator-registry login`);
}

function isProfile(value: unknown): value is Profile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'url' in value &&
    typeof value.url === 'string' &&
    'accessKey' in value &&
    typeof value.accessKey === 'string'
  );
}
