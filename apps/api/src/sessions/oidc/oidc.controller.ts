import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BodyLimit } from '../../common/http/body-limit.js';
import { Public } from '../../common/http/public.decorator.js';
import { isSameOrigin, originOf } from '../../common/http/same-origin.js';
import { Describe, json } from '../../common/openapi/describe.js';
import { NoBody } from '../../common/validation/no-body.js';
import { CrossSiteRequestError } from '../../operators/operators.errors.js';
import { OidcCallbackRequest } from '../dto/session.requests.js';
import { isSecure } from '../secure-request.js';
import type { OidcStart, SignedIn } from '../session.js';
import { OIDC_START, SIGNED_IN } from '../session.schema.js';
import { setSessionCookie } from '../session-cookie.js';
import { HttpsRequiredError } from '../sessions.errors.js';
import { OidcSignIn } from './oidc-sign-in.js';
import { NO_TRANSACTION } from './oidc-transaction.js';

/** Both routes are for the page of the console. The provider sends the browser to a page, never to a route. */
@Controller('session/oidc')
@Public()
export class OidcController {
  constructor(private readonly signIn: OidcSignIn) {}

  @Post()
  @HttpCode(200)
  @Describe({
    summary: 'Begins a sign-in with the OpenID provider',
    details:
      'The answer has the address to which the page sends the browser, and sets a cookie that binds the sign-in to this browser for 10 minutes. The provider sends the browser back to `/console/sign-in/oidc` at the `Origin` of this request. 404 if the server has no provider.',
    answers: { 200: json(OIDC_START, 'Set-Cookie') },
    problems: [
      'cross-site-request',
      'https-required',
      'not-found',
      'provider-unavailable',
      'too-many-failures',
    ],
  })
  async begin(
    @Req() request: FastifyRequest,
    @NoBody() _: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OidcStart> {
    this.signIn.assertOffered();
    const { url, cookie } = await this.signIn.begin(pageOrigin(request), request.ctx);
    void reply.header('Set-Cookie', cookie);
    return { url };
  }

  @Post('callback')
  @BodyLimit(8)
  @Describe({
    summary: 'Ends a sign-in with the OpenID provider',
    details:
      'The page sends the query with which the provider has called it. The answer sets the cookie of a new session, as `POST /session` does. 404 if the server has no provider.',
    answers: { 201: json(SIGNED_IN, 'Location', 'Set-Cookie') },
    problems: [
      'cross-site-request',
      'database-unavailable',
      'https-required',
      'key-expired',
      'key-revoked',
      'network-forbidden',
      'not-found',
      'provider-unavailable',
      'rate-limited',
      'sign-in-failed',
      'sign-in-refused',
      'too-many-failures',
    ],
  })
  async finish(
    @Req() request: FastifyRequest,
    @Body() { query }: OidcCallbackRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    this.signIn.assertOffered();
    const { ctx, raw } = request;
    const origin = pageOrigin(request);
    const { token, signedIn } = await this.signIn.finish(query, origin, raw.headers, ctx, (caller) => {
      ctx.caller = caller;
    });
    setSessionCookie(reply, token);
    void reply.header('Set-Cookie', NO_TRANSACTION);
    void reply.header('Location', '/session');
    return signedIn;
  }
}

/**
 * The origin under which the browser knows this server, also behind a proxy. Browsers send `Origin` with every POST, no
 * page can change it, and only a page of that origin gets here. The provider compares it with the registered address.
 */
function pageOrigin({ raw }: FastifyRequest): string {
  if (!isSecure(raw)) throw new HttpsRequiredError();
  const origin = originOf(raw.headers.origin);
  if (origin === undefined || !isSameOrigin(raw)) throw new CrossSiteRequestError();
  return origin.origin;
}
