import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';

const BY_SEVERITY: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** One JSON object a line. Requests are not logged, so neither are their headers. */
export function createLogger({ logLevel }: Pick<AppConfig, 'logLevel'>): ConsoleLogger {
  return new ConsoleLogger({
    json: true,
    colors: false,
    logLevels: BY_SEVERITY.slice(0, BY_SEVERITY.indexOf(logLevel) + 1),
  });
}
