import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accessOf } from '../common/access/access.js';
import { InvalidCredentialError, MissingCredentialError } from '../common/access/credential.errors.js';
import { bodyLimitOf, type ReceivedBody } from '../common/http/body-limit.js';
import { hasBody, withBody } from '../common/http/request-body.js';
import type { RequestContext } from '../common/http/request-context.js';
import { sharedWaitOf } from '../common/http/shared-wait.js';
import { sourceNetwork } from '../common/http/source-network.js';
import { isUuid } from '../common/validation/uuid-param.js';
import { lookUp, VerificationLimits } from '../keys/verification-limits.js';
import { signaturesOf } from './signature.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { type WebhookIdentity, WebhooksRepository } from './webhooks.repository.js';

/**
 * Lets a delivery through if a webhook's secret signed it, and puts the webhook's coordinator into the request's
 * context as the caller. It checks no permissions.
 *
 * The signature covers the bytes of the body. So this guard reads the body, and nothing is parsed before the signature
 * is verified. An unknown id is refused from the headers alone. Failures count as for keys: an unknown id counts
 * against the network, a wrong signature against network and id. A correct signature is always accepted, whatever the
 * counts are.
 */
@Injectable()
export class WebhookAuthGuard implements CanActivate {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: WebhookSecrets,
    private readonly limits: VerificationLimits,
  ) {}

  /**
   * @throws DomainError `missing-credential`, `invalid-credential`, `too-many-failures`, `overloaded`, and the errors
   *   of reading the body
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context.getHandler(), context.getClass());
    if (access?.kind !== 'webhook') throw new Error('the route is not declared for webhooks');
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest<{ Params: { webhookId?: string } }>>();
    const { ctx, params, raw } = request;

    const presented = signaturesOf(raw);
    if (presented.kind === 'none') throw new MissingCredentialError();
    if (presented.kind === 'unusable') throw new InvalidCredentialError();

    const network = sourceNetwork(ctx.sourceAddress);
    const webhookId = params.webhookId?.toLowerCase();
    const identity = await this.identityOf(webhookId, ctx);
    if (webhookId === undefined || identity === undefined) throw new InvalidCredentialError();

    const use = (bytes: Buffer): ReceivedBody | undefined =>
      this.secrets.isSigned(webhookId, bytes, presented.signatures)
        ? { bytes, type: ctx.bodyType ?? 'other' }
        : undefined;
    const holder = { kind: 'network' as const, network };
    const allowed = { limit: bodyLimitOf(context.getHandler()), holder };
    const body = hasBody(raw)
      ? await withBody(raw, http.getResponse<FastifyReply>().raw, allowed, use)
      : use(Buffer.alloc(0));
    if (body === undefined) {
      await this.limits.wrongSecrets.charge(`${network} ${webhookId}`, sharedWaitOf(ctx));
      throw new InvalidCredentialError();
    }
    request.body = body;
    // This guard has read the body, so the guard of ordinary bodies must not read it again.
    delete ctx.bodyType;
    ctx.caller = {
      kind: 'coordinator',
      signed: true,
      kid: webhookId,
      keyId: webhookId,
      ...identity,
      permission: access.permission,
      requestId: ctx.requestId,
      sourceAddress: ctx.sourceAddress,
      userAgent: ctx.userAgent,
    };
    return true;
  }

  private async identityOf(
    webhookId: string | undefined,
    request: RequestContext,
  ): Promise<WebhookIdentity | undefined> {
    if (!isUuid(webhookId)) return undefined;
    const network = sourceNetwork(request.sourceAddress);
    const find = () => this.webhooks.findIdentity(webhookId);
    return await lookUp(this.limits, network, find, sharedWaitOf(request));
  }
}
