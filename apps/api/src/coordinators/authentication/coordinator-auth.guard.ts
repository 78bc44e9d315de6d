import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '../../common/access/access.js';
import type { Caller } from '../../common/access/caller.js';
import type { RequestContext } from '../../common/http/request-context.js';
import { CoordinatorAuthenticator } from './coordinator-authenticator.js';

/**
 * Lets a request through if it authenticates as a coordinator, and puts the caller into the request's context. It
 * checks no permissions.
 */
@Injectable()
export class CoordinatorAuthGuard implements CanActivate {
  constructor(private readonly authenticator: CoordinatorAuthenticator) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = accessOf(context.getHandler(), context.getClass());
    if (access?.kind !== 'coordinator') throw new Error('the route is not declared for coordinators');
    const { ctx } = context.switchToHttp().getRequest<FastifyRequest>();
    const proven = this.authenticator.authenticate(ctx, access.permission);
    if (proven instanceof Promise) return proven.then((caller) => admit(ctx, caller));
    return admit(ctx, proven);
  }
}

function admit(ctx: RequestContext, caller: Caller): true {
  ctx.caller = caller;
  return true;
}
