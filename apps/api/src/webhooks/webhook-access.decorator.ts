import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../common/access/access.js';
import { RequestRules } from '../common/http/request-rules.js';
import type { CoordinatorPermission } from '../coordinators/coordinator.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { WebhookAuthGuard } from './webhook-auth.guard.js';

/**
 * For deliveries signed with the secret of the webhook `:webhookId`. The caller is the webhook's coordinator. The
 * guards verify the signature and count the request. The statement that does the work checks the permissions.
 */
export const WebhookAccess = (permission: CoordinatorPermission) =>
  applyDecorators(
    DeclareAccess({ kind: 'webhook', permission }),
    UseGuards(WebhookAuthGuard, RateLimitGuard, RequestRules),
  );
