import type { Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { DeclaredAccessGuard } from './access/declared-access.guard.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { RequestValidationPipe } from './validation/request-validation.pipe.js';

/**
 * What holds for every route, whichever module it belongs to: its access is declared, its body and query are validated, and its errors are problem
 * documents. For the module that composes the application.
 */
export const REQUEST_PROVIDERS: Provider[] = [
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_GUARD, useClass: DeclaredAccessGuard },
  { provide: APP_PIPE, useClass: RequestValidationPipe },
];
