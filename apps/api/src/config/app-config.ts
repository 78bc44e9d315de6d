import { resolve } from 'node:path';
import type { LogLevel } from '@nestjs/common';
import { ConfigurationError } from './configuration.error.js';
import { REPOSITORY_ROOT } from './environment.js';
import { type OidcRule, oidcIssuer, oidcRules, oidcScope } from './oidc.js';
import {
  accountName,
  coordinatorKey,
  coordinatorName,
  databaseUrl,
  ed25519Key,
  flag,
  headerSafe,
  integer,
  oneOf,
  RuleBroken,
  redisUrls,
  secretKey,
  trustedProxies,
  uuidList,
} from './readers.js';
import { DEFAULTS, type Variable } from './variables.js';

/** The validated configuration. Paths are absolute. An absent member means "not set". */
export interface AppConfig {
  nodeEnv: 'development' | 'production' | 'test';
  port: number;
  host: string;
  /** the least severe level that is logged */
  logLevel: LogLevel;
  /** true: every proxy; false: none; a number of hops; or addresses, CIDR networks and their names, with commas */
  trustProxy: boolean | number | string;
  /** not set: an embedded Postgres in `dataDir` */
  databaseUrl?: string;
  databaseMigrationUrl?: string;
  /** a standby on which reads of the audit log may run */
  databaseReadUrl?: string;
  dataDir: string;
  /** false: `dataDir` is the default */
  isDataDirSet: boolean;
  /** one server, or nodes of one cluster, over which all replicas count together */
  redisUrls?: string[];
  /** for coordinators without a limit of their own */
  rateLimitPerMinute: number;
  /** bearer token for /metrics, for callers on other machines */
  metricsToken?: string;
  /** 32 bytes from which the secrets of webhooks are derived */
  webhookSecretKey?: Buffer;
  /** the account whose mention starts a job, in lower case, without `@` */
  stitcherBotName: string;
  /** Ed25519 private key, PKCS#8 PEM */
  auditSigningKey?: string;
  /** the previous signing key: to sign while the change is not sealed yet, and for verification */
  auditSigningKeyPrevious?: string;
  auditRetentionMonths?: number;
  /** whether reads of jobs are recorded too */
  auditReads: boolean;
  bootstrapAdminKeyFile?: string;
  /** the OpenID provider with which operators sign in */
  oidc?: { issuer: URL; clientId: string; clientSecret: string; scope: string; rules: OidcRule[] };
  /** the one key of a single-key deployment, `COORDINATOR_API_KEY*` */
  environmentKey?: { key: string; name: string; workspaceIds: string[] };
}

/** Injection token of the {@link AppConfig}. */
export const APP_CONFIG = Symbol('APP_CONFIG');

const LOG_LEVELS: Record<string, LogLevel> = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  info: 'log',
  log: 'log',
  debug: 'debug',
  verbose: 'verbose',
};

/** Together or not at all. */
const OIDC = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_OPERATORS'] as const;

/**
 * Reads the configuration from an environment. An empty variable counts as not set. `COORDINATOR_API_KEY` is the
 * exception: an empty key there is a mistake, and the start must fail.
 *
 * @param root relative paths start here
 * @throws ConfigurationError names every problem at once
 */
export function loadConfig(env: NodeJS.ProcessEnv, root: string = REPOSITORY_ROOT): AppConfig {
  const problems: string[] = [];

  function optional<T>(name: Variable, read: (text: string) => T): T | undefined {
    const text = env[name] || DEFAULTS[name];
    if (text === undefined) return undefined;
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof RuleBroken)) throw error;
      problems.push(`${name} ${error.message}`);
      return undefined;
    }
  }

  function required<T>(name: Variable, read: (text: string) => T, otherwise: T): T {
    return optional(name, read) ?? otherwise;
  }

  const path = (text: string) => resolve(root, text);
  const nodeEnv = required('NODE_ENV', oneOf('development', 'production', 'test'), 'development');
  const config: AppConfig = {
    nodeEnv,
    port: required('PORT', integer(0, 65_535), 0),
    host: required('HOST', headerSafe, ''),
    logLevel: LOG_LEVELS[required('LOG_LEVEL', oneOf(...Object.keys(LOG_LEVELS)), 'info')] ?? 'log',
    trustProxy: required('TRUST_PROXY', trustedProxies, false),
    dataDir: required('DATA_DIR', path, ''),
    isDataDirSet: Boolean(env.DATA_DIR),
    rateLimitPerMinute: required('RATE_LIMIT_PER_MINUTE', integer(1, 10_000_000), 1),
    stitcherBotName: required('STITCHER_BOT_NAME', accountName, ''),
    auditReads: required('AUDIT_READS', flag, false),
    ...present({
      databaseUrl: optional('DATABASE_URL', databaseUrl),
      databaseMigrationUrl: optional('DATABASE_MIGRATION_URL', databaseUrl),
      databaseReadUrl: optional('DATABASE_READ_URL', databaseUrl),
      redisUrls: optional('REDIS_URL', redisUrls),
      metricsToken: optional('METRICS_TOKEN', headerSafe),
      webhookSecretKey: optional('WEBHOOK_SECRET_KEY', secretKey(root)),
      auditSigningKey: optional('AUDIT_SIGNING_KEY', ed25519Key(root)),
      auditSigningKeyPrevious: optional('AUDIT_SIGNING_KEY_PREVIOUS', ed25519Key(root)),
      auditRetentionMonths: optional('AUDIT_RETENTION_MONTHS', integer(1, 1_200)),
      bootstrapAdminKeyFile: optional('BOOTSTRAP_ADMIN_KEY_FILE', path),
    }),
  };

  if (nodeEnv === 'production') {
    for (const name of ['DATABASE_URL', 'AUDIT_SIGNING_KEY', 'WEBHOOK_SECRET_KEY'] as const) {
      if (!env[name]) problems.push(`${name} is required when NODE_ENV is production`);
    }
  }

  const issuer = optional('OIDC_ISSUER', oidcIssuer);
  const clientId = optional('OIDC_CLIENT_ID', headerSafe);
  const clientSecret = optional('OIDC_CLIENT_SECRET', headerSafe);
  const rules = optional('OIDC_OPERATORS', oidcRules);
  const scope = required('OIDC_SCOPE', oidcScope, '');
  if (issuer && clientId && clientSecret && rules) {
    config.oidc = { issuer, clientId, clientSecret, scope, rules };
  }
  const missing = OIDC.filter((it) => !env[it]);
  if (missing.length > 0 && missing.length < OIDC.length) {
    problems.push(`${missing.join(', ')} must be set too: ${OIDC.join(', ')} are set together or not at all`);
  }

  const name = required('COORDINATOR_API_KEY_NAME', coordinatorName, '');
  const workspaceIds = required('COORDINATOR_API_KEY_WORKSPACES', uuidList, []);
  const key = optional('COORDINATOR_API_KEY', coordinatorKey);
  if (env.COORDINATOR_API_KEY === '') {
    problems.push('COORDINATOR_API_KEY is set but empty; unset it, or use a key of at least 32 characters');
  }
  if (key !== undefined) config.environmentKey = { key, name, workspaceIds };

  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}
