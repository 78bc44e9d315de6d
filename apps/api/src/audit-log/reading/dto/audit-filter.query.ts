import { IsIn, IsUUID, Matches } from 'class-validator';
import { AUDIT_OUTCOMES, type AuditOutcome } from '../../../audit-proof/audit-record.js';
import { About } from '../../../common/openapi/describe.js';
import { DateTime, Optional } from '../../../common/validation/decorators.js';
import { AUDIT_ACTIONS, type AuditAction } from '../../audit-actions.js';

/** Filters of the audit log. A record must match all filters. */
export class AuditFilterQuery {
  @Optional()
  @IsUUID('loose')
  @About({ description: 'only records of this workspace' })
  workspaceId?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'only records of this coordinator or operator' })
  actorId?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'only records of actions with this key, by its `id`' })
  keyId?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'only records of this resource' })
  resourceId?: string;

  @Optional()
  @IsIn(AUDIT_ACTIONS)
  @About({ description: 'only records of this action' })
  action?: AuditAction;

  @Optional()
  @IsIn(AUDIT_OUTCOMES)
  @About({ description: 'only records with this outcome' })
  outcome?: AuditOutcome;

  @Optional()
  @Matches(/^[A-Za-z0-9._-]{1,128}$/, { message: '$property must be an X-Request-Id' })
  @About({ description: 'only records of the request with this `X-Request-Id`' })
  requestId?: string;

  @Optional()
  @DateTime()
  @About({ description: 'only records at or after this time' })
  from?: Date;

  @Optional()
  @DateTime()
  @About({ description: 'only records before this time' })
  to?: Date;
}
