import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../common/access/access.js';
import { RequestRules } from '../common/http/request-rules.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import type { OperatorPermission } from './operator.js';
import { OperatorAuthGuard } from './operator-auth.guard.js';

/**
 * For operators with the permission, or for all operators if it is omitted: `Authorization: Bearer cro_…`. The guards authenticate the caller and count the
 * request. The statement that does the work checks the permission.
 */
export const OperatorAccess = (permission: OperatorPermission | null = null) =>
  applyDecorators(
    DeclareAccess({ kind: 'operator', permission }),
    UseGuards(OperatorAuthGuard, RateLimitGuard, RequestRules),
  );
