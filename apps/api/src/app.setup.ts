import type { Abstract } from '@nestjs/common';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { DeclaredAccessGuard } from './common/access/declared-access.guard.js';
import { RightsCheck } from './common/access/rights-check.js';
import { createFastifyAdapter } from './common/http/fastify.js';
import { createLogger } from './common/logging.js';
import { ProblemFilter } from './common/problems/problem.filter.js';
import { RefusalLog } from './common/problems/refusal-log.js';
import { RequestValidationPipe } from './common/validation/request-validation.pipe.js';
import type { AppConfig } from './config/app-config.js';

export function createAdapter(config: Pick<AppConfig, 'trustProxy'>): FastifyAdapter {
  return createFastifyAdapter(config);
}

/** What holds for every route. Called between the application's creation and its `init()`, by main and by the tests alike. */
export async function setupApp(
  app: NestFastifyApplication,
  config: Pick<AppConfig, 'logLevel'>,
): Promise<void> {
  app.useLogger(createLogger(config));
  app.useGlobalFilters(new ProblemFilter(optional(app, RefusalLog), optional(app, RightsCheck)));
  app.useGlobalGuards(new DeclaredAccessGuard());
  app.useGlobalPipes(new RequestValidationPipe());
}

/** Absent only where a test boots a part of the house. */
function optional<T>(app: NestFastifyApplication, token: Abstract<T>): T | undefined {
  try {
    return app.get<T>(token, { strict: false });
  } catch {
    return undefined;
  }
}
