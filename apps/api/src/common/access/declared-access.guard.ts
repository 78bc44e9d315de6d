import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '../problems/domain-error.js';
import { accessOf } from './access.js';

/** Deny by default: a handler that does not declare who may call it is refused to everybody. */
@Injectable()
export class DeclaredAccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (accessOf(this.reflector, context) !== undefined) return true;
    throw new DomainError('route-undeclared', 'This route does not declare who may call it.', {
      refusal: { action: 'access.denied', reason: 'route-undeclared' },
    });
  }
}
