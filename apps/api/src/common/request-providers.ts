import type { Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { DeclaredAccessGuard } from './access/declared-access.guard.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RequestValidationPipe } from './validation/request-validation.pipe.js';

/**
 * Providers for every route of every module: its access must be declared, its body and query are validated, and its
 * errors become problem documents. The module that composes the application uses them.
 */
export const REQUEST_PROVIDERS: Provider[] = [
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_GUARD, useClass: DeclaredAccessGuard },
  { provide: APP_PIPE, useClass: RequestValidationPipe },
];
