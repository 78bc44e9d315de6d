import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '../../common/access/access.js';
import { CoordinatorAuthenticator } from './coordinator-authenticator.js';

/** Lets through whoever proves to be a coordinator, and puts the caller into the request's context. It decides no rights. */
@Injectable()
export class CoordinatorAuthGuard implements CanActivate {
  constructor(private readonly authenticator: CoordinatorAuthenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context.getHandler(), context.getClass());
    if (access?.kind !== 'coordinator') throw new Error('the route is not declared for coordinators');
    const { ctx } = context.switchToHttp().getRequest<FastifyRequest>();
    ctx.caller = await this.authenticator.prove(ctx, access.permission);
    return true;
  }
}
