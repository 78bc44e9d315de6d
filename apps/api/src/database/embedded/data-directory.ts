import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AppConfig } from '../../config/app-config.js';
import { mayReach, serverAccount } from './account.js';

/** Where root keeps the data if the PostgreSQL user may not enter the default of `DATA_DIR`. */
const SYSTEM_DATA_DIR = '/var/lib/coordinator-registry';

export interface LocatedData<Config> {
  config: Config;
  /** a sentence for the person who runs the server; undefined if the data is where the configuration says */
  note: string | undefined;
}

/**
 * Returns the configuration with a directory that the embedded PostgreSQL can use.
 *
 * PostgreSQL refuses to run as root, so a server of root runs it as another user. That user cannot reach a checkout in
 * a folder that only root may enter, such as `/root`. If `DATA_DIR` is not set, the data is then kept in
 * `/var/lib/coordinator-registry`. Later starts find it by the same rule.
 */
export async function locateData<Config extends Pick<AppConfig, 'databaseUrl' | 'dataDir' | 'isDataDirSet'>>(
  config: Config,
): Promise<LocatedData<Config>> {
  const unchanged = { config, note: undefined };
  if (config.databaseUrl !== undefined || config.isDataDirSet) return unchanged;
  const account = await serverAccount();
  if (account === undefined || mayReach(account, nearestExisting(config.dataDir))) return unchanged;
  return {
    config: { ...config, dataDir: SYSTEM_DATA_DIR },
    note:
      `The data is in ${SYSTEM_DATA_DIR}: PostgreSQL runs as the user ${account.name}, which cannot enter ${config.dataDir}. ` +
      'Set DATA_DIR to keep it elsewhere.',
  };
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}
