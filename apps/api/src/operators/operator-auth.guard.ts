import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '../common/access/access.js';
import { OperatorAuthenticator } from './operator-authenticator.js';

/** Admits authenticated operators, and puts the caller into the request's context. It decides no rights. */
@Injectable()
export class OperatorAuthGuard implements CanActivate {
  constructor(private readonly authenticator: OperatorAuthenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context.getHandler(), context.getClass());
    if (access?.kind !== 'operator') throw new Error('the route is not declared for operators');
    const { ctx } = context.switchToHttp().getRequest<FastifyRequest>();
    ctx.caller = await this.authenticator.authenticate(ctx, access.permission);
    return true;
  }
}
