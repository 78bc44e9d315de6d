/** Every environment variable that the server reads, with its default as text. */
export const DEFAULTS = {
  NODE_ENV: 'development',
  PORT: '3000',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'info',
  TRUST_PROXY: 'false',
  DATABASE_URL: undefined,
  DATABASE_MIGRATION_URL: undefined,
  DATA_DIR: '.data',
  REDIS_URL: undefined,
  RATE_LIMIT_PER_MINUTE: '100',
  METRICS_TOKEN: undefined,
  WEBHOOK_SECRET_KEY: undefined,
  STITCHER_BOT_NAME: 'mosaic',
  AUDIT_SIGNING_KEY: undefined,
  AUDIT_SIGNING_KEY_PREVIOUS: undefined,
  AUDIT_RETENTION_MONTHS: undefined,
  AUDIT_READS: 'false',
  BOOTSTRAP_ADMIN_KEY_FILE: undefined,
  COORDINATOR_API_KEY: undefined,
  COORDINATOR_API_KEY_NAME: 'environment',
  COORDINATOR_API_KEY_WORKSPACES: undefined,
} as const satisfies Record<string, string | undefined>;

export type Variable = keyof typeof DEFAULTS;
