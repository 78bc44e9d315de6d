import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../common/access/access.js';
import { RequestRules } from '../common/http/request-rules.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { OperatorAuthGuard } from './operator-auth.guard.js';

/** ADMIN has all of them, OPERATOR has the last two. Postgres decides this (`authorize_operator`). */
export type OperatorPermission = 'system:admin' | 'audit:read' | 'operator-jobs:read';

/**
 * For operators with the permission: `Authorization: Bearer cro_…`. The guards authenticate the caller and count the
 * request. The statement that does the work checks the permission.
 */
export const OperatorAccess = (permission: OperatorPermission) =>
  applyDecorators(
    DeclareAccess({ kind: 'operator', permission }),
    UseGuards(OperatorAuthGuard, RateLimitGuard, RequestRules),
  );
