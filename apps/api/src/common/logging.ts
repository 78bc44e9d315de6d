import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';

const BY_SEVERITY: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** Nest's log lines about its wiring: about eighty lines per start that do not help the person who runs the server. */
const WIRING = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

class ServerLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && WIRING.has(context)) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}

/** One JSON object per line. Requests are not logged, so their headers are not logged either. */
export function createLogger({ logLevel }: Pick<AppConfig, 'logLevel'>): ConsoleLogger {
  return new ServerLogger({
    json: true,
    colors: false,
    logLevels: BY_SEVERITY.slice(0, BY_SEVERITY.indexOf(logLevel) + 1),
  });
}
