import { IsIn, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import {
  AUDIT_ACTOR_TYPES,
  AUDIT_OUTCOMES,
  type AuditActorType,
  type AuditOutcome,
} from '../../../audit-proof/audit-record.js';
import { About } from '../../../common/openapi/describe.js';
import { CidrNetwork, DateTime, Kid, Optional, Repeated } from '../../../common/validation/decorators.js';
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
  @Kid()
  @About({
    description: 'only records of actions with this key, by its public part; of an operator, its present key',
  })
  kid?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'only records of this resource' })
  resourceId?: string;

  @Optional()
  @Repeated(AUDIT_ACTIONS.length)
  @IsIn(AUDIT_ACTIONS, { each: true })
  @About({ description: 'only records of this action; repeat the parameter for several' })
  action?: AuditAction[];

  @Optional()
  @IsIn(AUDIT_OUTCOMES)
  @About({ description: 'only records with this outcome' })
  outcome?: AuditOutcome;

  @Optional()
  @Matches(/^[A-Za-z0-9._-]{1,128}$/, { message: '$property must be an X-Request-Id' })
  @About({ description: 'only records of the request with this `X-Request-Id`' })
  requestId?: string;

  @Optional()
  @IsIn(AUDIT_ACTOR_TYPES)
  @About({ description: 'only records of this kind of actor' })
  actorType?: AuditActorType;

  @Optional()
  @IsString()
  @MaxLength(200)
  @About({ description: 'only records with exactly this reason', examples: ['invalid-credential'] })
  reason?: string;

  @Optional()
  @CidrNetwork()
  @About({ description: 'only records from this address or network' })
  sourceIp?: string;

  @Optional()
  @DateTime()
  @About({ description: 'only records at or after this time' })
  from?: Date;

  @Optional()
  @DateTime()
  @About({ description: 'only records before this time' })
  to?: Date;
}
