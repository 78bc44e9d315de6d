import { RetentionMonths } from './audit-log/retention/retention-months.repository.js';
import { createLogger } from './common/logging.js';
import { loadConfig } from './config/app-config.js';
import { readEnvironment } from './config/environment.js';
import { locateData } from './database/embedded/data-directory.js';
import { describeDatabase, migrate, prepareDatabase } from './database/prepare-database.js';
import { explainFailure } from './start-failure.js';

/**
 * `npm run db:migrate`: brings the schema up to date through DATABASE_MIGRATION_URL, otherwise DATABASE_URL, otherwise
 * in the embedded Postgres. It needs no other part of the server's configuration.
 */
try {
  const { DATABASE_MIGRATION_URL, DATABASE_URL, ...rest } = readEnvironment();
  const url = DATABASE_MIGRATION_URL || DATABASE_URL;
  const { AUDIT_RETENTION_MONTHS } = rest;
  const { config } = await locateData(loadConfig(url ? { DATABASE_URL: url, AUDIT_RETENTION_MONTHS } : rest));
  const logger = createLogger(config);
  const { databaseUrl, auditRetentionMonths } = config;
  const setting = new RetentionMonths(auditRetentionMonths);
  if (databaseUrl !== undefined) await migrate(databaseUrl, logger, setting);
  else await (await prepareDatabase(config, logger, { setting, create: false })).stop();
  process.stderr.write(`Used ${describeDatabase(config)}.\n`);
  process.stdout.write('The schema is current.\n');
} catch (error) {
  process.stderr.write(`The migration did not run: ${explainFailure(error)}\n`);
  process.exitCode = 1;
}
