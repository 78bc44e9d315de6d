import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../../common/access/access.js';
import { RequestRules } from '../../common/http/request-rules.js';
import { RateLimitGuard } from '../../rate-limit/rate-limit.guard.js';
import type { CoordinatorPermission } from '../coordinator.js';
import { CoordinatorAuthGuard } from './coordinator-auth.guard.js';

/**
 * For coordinators with the permission, or for every coordinator in good standing if none is given: `X-API-Key: crk_…`.
 * The guards authenticate the caller and count the request. The statement that does the work checks the permissions. If
 * there is no such statement, `CoordinatorIdentities.current` checks them.
 */
export const CoordinatorAccess = (permission?: CoordinatorPermission) =>
  applyDecorators(
    DeclareAccess({ kind: 'coordinator', permission: permission ?? null }),
    UseGuards(CoordinatorAuthGuard, RateLimitGuard, RequestRules),
  );
