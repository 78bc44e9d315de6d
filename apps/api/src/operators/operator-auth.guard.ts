import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessOf } from '../common/access/access.js';
import { isSameOrigin } from '../common/http/same-origin.js';
import { OperatorAuthenticator } from './operator-authenticator.js';
import { CrossSiteRequestError } from './operators.errors.js';
import { SessionAuthenticator } from './session-authenticator.js';

/** RFC 9110, section 9.2.1, of the methods that the server has. */
const SAFE = ['GET', 'HEAD'];
/** A read with `Session-Use: background` does not keep the session alive. */
const BACKGROUND = 'background';

/** Admits authenticated operators, by key or by session, and puts the caller into the request's context. It decides no rights. */
@Injectable()
export class OperatorAuthGuard implements CanActivate {
  constructor(
    private readonly authenticator: OperatorAuthenticator,
    private readonly sessions: SessionAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context.getHandler(), context.getClass());
    if (access?.kind !== 'operator') throw new Error('the route is not declared for operators');
    const { ctx, raw } = context.switchToHttp().getRequest<FastifyRequest>();
    const { credential } = ctx;
    if (credential.kind !== 'presented' || credential.scheme !== 'session') {
      ctx.caller = await this.authenticator.authenticate(ctx, access.permission);
      return true;
    }
    const isSafe = SAFE.includes(raw.method ?? '');
    const isUse = !(isSafe && raw.headers['session-use'] === BACKGROUND);
    ctx.caller = await this.sessions.authenticate(ctx, credential.value, access.permission, isUse);
    if (!isSafe && !isSameOrigin(raw)) throw new CrossSiteRequestError();
    return true;
  }
}
