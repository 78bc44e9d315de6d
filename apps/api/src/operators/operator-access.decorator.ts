import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../common/access/access.js';
import { RequestRules } from '../common/http/request-rules.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { OperatorAuthGuard } from './operator-auth.guard.js';

/** ADMIN has them all, OPERATOR the last two; Postgres says so (`authorize_operator`). */
export type OperatorPermission = 'system:admin' | 'audit:read' | 'operator-jobs:read';

/**
 * For operators who hold the permission: `Authorization: Bearer cro_…`. The guards prove who calls and count the request;
 * the permission is looked at by the statement that does the work.
 */
export const OperatorAccess = (permission: OperatorPermission) =>
  applyDecorators(
    DeclareAccess({ kind: 'operator', permission }),
    UseGuards(OperatorAuthGuard, RateLimitGuard, RequestRules),
  );
