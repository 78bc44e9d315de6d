import { IsIn, IsUUID, Matches } from 'class-validator';
import { AUDIT_OUTCOMES, type AuditOutcome } from '../../../audit-proof/audit-record.js';
import { About } from '../../../common/openapi/describe.js';
import { DateTime, Optional } from '../../../common/validation/decorators.js';
import { AUDIT_ACTIONS, type AuditAction } from '../../audit-actions.js';

/** Filters of the audit log. A record must match all filters. */
export class AuditFilterQuery {
  @Optional()
  @IsUUID('loose')
  workspaceId?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'the coordinator or operator who acted' })
  actorId?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'the key it acted with, by its `id`' })
  keyId?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'what was acted on' })
  resourceId?: string;

  @Optional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @Optional()
  @IsIn(AUDIT_OUTCOMES)
  outcome?: AuditOutcome;

  @Optional()
  @Matches(/^[A-Za-z0-9._-]{1,128}$/, { message: '$property must be an X-Request-Id' })
  @About({ description: 'the `X-Request-Id` of the request' })
  requestId?: string;

  @Optional()
  @DateTime()
  @About({ description: 'at or after this moment' })
  from?: Date;

  @Optional()
  @DateTime()
  @About({ description: 'before this moment' })
  to?: Date;
}
