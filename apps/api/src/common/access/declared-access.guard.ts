import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { DomainError } from '../problems/domain-error.js';
import { accessOf } from './access.js';

/** Deny by default: refuses every request to a handler that does not declare who may call it. */
@Injectable()
export class DeclaredAccessGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (accessOf(context.getHandler(), context.getClass()) !== undefined) return true;
    throw new DomainError('route-undeclared', 'This route does not declare who may call it.', {
      refusal: { action: 'access.denied', reason: 'route-undeclared' },
    });
  }
}
