import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { BodyLimit } from '../common/http/body-limit.js';
import { Public } from '../common/http/public.decorator.js';
import { isSameOrigin } from '../common/http/same-origin.js';
import { Describe, json, nothing } from '../common/openapi/describe.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { CrossSiteRequestError } from '../operators/operators.errors.js';
import { SignInRequest } from './dto/session.requests.js';
import { isSecure } from './secure-request.js';
import type { SignedIn, SignInOptions } from './session.js';
import { SIGN_IN_OPTIONS, SIGNED_IN } from './session.schema.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { HttpsRequiredError } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';

@Controller('session')
export class SessionController {
  constructor(
    private readonly sessions: SessionsService,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Post()
  @BodyLimit(2)
  @Describe({
    summary: 'Signs an operator in',
    details:
      'The answer sets the cookie of a new session. It takes the place of the access key on every route for operators. The session ends after 30 minutes without use, after 12 hours, and with the key. Only a page of this server may ask, as for every change with a session.',
    answers: { 201: json(SIGNED_IN, 'Location', 'Set-Cookie') },
    problems: [
      'invalid-credential',
      'key-revoked',
      'key-expired',
      'network-forbidden',
      'cross-site-request',
      'https-required',
      'rate-limited',
      'too-many-failures',
      'database-unavailable',
    ],
  })
  @Public()
  async signIn(
    @Req() request: FastifyRequest,
    @Body() { accessKey }: SignInRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    const { ctx, raw } = request;
    if (!isSecure(raw)) throw new HttpsRequiredError();
    // Otherwise another site could sign a browser in as another operator.
    if (!isSameOrigin(raw)) throw new CrossSiteRequestError();
    const { token, signedIn } = await this.sessions.signIn(accessKey, ctx, (caller) => {
      ctx.caller = caller;
    });
    setSessionCookie(reply, token);
    void reply.header('Location', '/session');
    return signedIn;
  }

  @Get()
  @Describe({
    summary: 'Who is signed in, and for how long',
    answers: { 200: json(SIGNED_IN) },
  })
  @OperatorAccess()
  find(@CurrentCaller() caller: Caller): Promise<SignedIn> {
    return this.sessions.findSignedIn(caller);
  }

  @Delete()
  @HttpCode(204)
  @Describe({
    summary: 'Signs out',
    details:
      'Ends the session on the server: its cookie is refused from the answer on. A request with a key ends nothing.',
    answers: { 204: { ...nothing(), headers: ['Set-Cookie'] } },
  })
  @OperatorAccess()
  async signOut(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.signOut(caller);
    clearSessionCookie(reply);
  }

  @Get('options')
  @Describe({ summary: 'How operators sign in', answers: { 200: json(SIGN_IN_OPTIONS) } })
  @Public()
  findOptions(@Req() { raw }: FastifyRequest): SignInOptions {
    const { oidc } = this.config;
    return { oidc: oidc === undefined ? null : { name: oidc.issuer.host }, secure: isSecure(raw) };
  }
}
