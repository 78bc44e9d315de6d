import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The variables that the command line reads. An empty one counts as not set. */
export interface Environment {
  url: string | undefined;
  accessKey: string | undefined;
  accessKeyFile: string | undefined;
  /** the folder of a user's configuration (XDG Base Directory Specification) */
  configHome: string;
}

export function readEnvironment(): Environment {
  const { REGISTRY_URL, REGISTRY_ACCESS_KEY, REGISTRY_ACCESS_KEY_FILE, XDG_CONFIG_HOME } = process.env;
  return {
    url: REGISTRY_URL || undefined,
    accessKey: REGISTRY_ACCESS_KEY || undefined,
    accessKeyFile: REGISTRY_ACCESS_KEY_FILE || undefined,
    configHome: isAbsolute(XDG_CONFIG_HOME ?? '') ? (XDG_CONFIG_HOME ?? '') : join(homedir(), '.config'),
  };
}
