import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from '../common/access/access.js';
import { OperatorAuthenticator } from './operator-authenticator.js';

/** Lets through whoever proves to be an operator, and puts the caller into the request's context. It decides no rights. */
@Injectable()
export class OperatorAuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: OperatorAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const permission = access?.kind === 'operator' ? access.permissions[0] : undefined;
    if (permission === undefined) throw new Error('the route declares no permission for operators');
    const { ctx } = context.switchToHttp().getRequest<FastifyRequest>();
    ctx.caller = await this.authenticator.prove(ctx, permission);
    return true;
  }
}
