import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../common/access/access.js';
import { RequestRules } from '../common/http/request-rules.js';
import type { CoordinatorPermission } from '../coordinators/coordinator.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { WebhookAuthGuard } from './webhook-auth.guard.js';

/**
 * For deliveries that the secret of the webhook `:webhookId` has signed, in the name of its coordinator. The guards prove the signature and
 * count the request; rights are decided by the statement that does the work.
 */
export const WebhookAccess = (permission: CoordinatorPermission) =>
  applyDecorators(
    DeclareAccess({ kind: 'webhook', permission }),
    UseGuards(WebhookAuthGuard, RateLimitGuard, RequestRules),
  );
