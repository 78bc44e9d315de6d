import { readFile } from 'node:fs/promises';
import { createOperator, type OperatorClient } from '@coordinator-registry/client';
import { type Environment, readEnvironment } from './environment.js';
import { UsageError } from './exit-codes.js';
import { printable } from './output/text.js';
import { type Profile, readProfile } from './profiles.js';

export const DEFAULT_PROFILE = 'default';
/** A person waits for the answer. */
const RETRY_SECONDS = 10;

const NO_KEY = `There is no access key. Run: coordinator-registry login
Or set REGISTRY_URL, with REGISTRY_ACCESS_KEY or REGISTRY_ACCESS_KEY_FILE.`;
const noProfile = (name: string) =>
  `There is no profile ${name}. Run: coordinator-registry login --profile ${name}`;

/** Which server is asked, and with which access key. */
export interface Target {
  profile?: string | undefined;
  url?: string | undefined;
}

/**
 * The key comes from REGISTRY_ACCESS_KEY, else from the file REGISTRY_ACCESS_KEY_FILE, else from a profile. The key of a profile goes only
 * to the server of that profile.
 *
 * @throws UsageError if there is no key or no address
 */
export async function targetOf({ profile: name, url: given }: Target): Promise<Profile> {
  const environment = readEnvironment();
  const url = given ?? environment.url;
  const fromEnvironment = name === undefined ? await accessKeyOf(environment) : undefined;
  if (fromEnvironment !== undefined) {
    if (url === undefined) throw new UsageError('There is no address. Set REGISTRY_URL, or give --url.');
    return { url, accessKey: fromEnvironment };
  }
  const profile = await readProfile(name ?? DEFAULT_PROFILE);
  if (profile === undefined) throw new UsageError(name === undefined ? NO_KEY : noProfile(name));
  if (url !== undefined && addressOf(url) !== addressOf(profile.url)) {
    throw new UsageError(
      `The profile ${name ?? DEFAULT_PROFILE} is for ${profile.url}, and its access key is not sent to ${url}.`,
    );
  }
  return profile;
}

async function accessKeyOf({ accessKey, accessKeyFile }: Environment): Promise<string | undefined> {
  if (accessKeyFile === undefined) return accessKey;
  if (accessKey !== undefined) {
    throw new UsageError('REGISTRY_ACCESS_KEY and REGISTRY_ACCESS_KEY_FILE are both set. Unset one of them.');
  }
  try {
    return await readFile(accessKeyFile, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`REGISTRY_ACCESS_KEY_FILE cannot be read: ${reason}`);
  }
}

/**
 * Says on stderr what is tried again, so that a wait explains itself.
 *
 * @param isQuiet for scripts, whose stderr has errors alone
 */
export function connect({ url, accessKey }: Profile, isQuiet: boolean): OperatorClient {
  return createOperator({
    url: addressOf(url),
    key: accessKey,
    retrySeconds: RETRY_SECONDS,
    onEvent: (event) => {
      if (isQuiet || event.type !== 'request-repeated') return;
      const seconds = (event.delayMs / 1_000).toFixed(1);
      process.stderr.write(`${printable(event.reason)} Trying again in ${seconds} s.\n`);
    },
  });
}

/** @throws UsageError if it is no address of a server */
export function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new UsageError(`${url} is no address of a server, such as https://registry.example.`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new UsageError('The address must not have a user or password.');
  }
  return parsed.href.replace(/\/+$/, '');
}
