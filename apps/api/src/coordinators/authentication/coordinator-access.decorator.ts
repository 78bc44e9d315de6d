import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../../common/access/access.js';
import { RequestRules } from '../../common/http/request-rules.js';
import { RateLimitGuard } from '../../rate-limit/rate-limit.guard.js';
import type { CoordinatorPermission } from '../coordinator.js';
import { CoordinatorAuthGuard } from './coordinator-auth.guard.js';

/**
 * For coordinators that hold the permission, or for any that is in good standing: `X-API-Key: crk_…`. The guards prove who
 * calls and count the request; rights are looked at by the statement that does the work, or, where there is none, by
 * `CoordinatorIdentities.current`.
 */
export const CoordinatorAccess = (permission?: CoordinatorPermission) =>
  applyDecorators(
    DeclareAccess({ kind: 'coordinator', permission: permission ?? null }),
    UseGuards(CoordinatorAuthGuard, RateLimitGuard, RequestRules),
  );
