import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsUUID, Matches } from 'class-validator';
import { CursorQuery } from '../../common/pagination/page.query.js';
import { DateTime, Optional, QueryInteger } from '../../common/validation/decorators.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditAction, type AuditOutcome } from '../audit-record.js';

/** Query of `GET /audit-log`: filters that all have to fit, and the page. */
export class AuditLogQuery extends CursorQuery {
  @Optional()
  @IsUUID('loose')
  @ApiProperty({ format: 'uuid' })
  workspaceId?: string;

  @Optional()
  @IsUUID('loose')
  @ApiProperty({ format: 'uuid', description: 'the coordinator or operator who acted' })
  actorId?: string;

  @Optional()
  @IsUUID('loose')
  @ApiProperty({ format: 'uuid', description: 'the key it acted with, by its `id`' })
  keyId?: string;

  @Optional()
  @IsUUID('loose')
  @ApiProperty({ format: 'uuid', description: 'what was acted on' })
  resourceId?: string;

  @Optional()
  @IsIn(AUDIT_ACTIONS)
  @ApiProperty({ enum: AUDIT_ACTIONS })
  action?: AuditAction;

  @Optional()
  @IsIn(AUDIT_OUTCOMES)
  @ApiProperty({ enum: AUDIT_OUTCOMES })
  outcome?: AuditOutcome;

  @Optional()
  @Matches(/^[A-Za-z0-9._-]{1,128}$/, { message: '$property must be an X-Request-Id' })
  @ApiProperty({ description: 'the `X-Request-Id` of the request' })
  requestId?: string;

  @Optional()
  @DateTime()
  @ApiProperty({ description: 'at or after this moment' })
  from?: Date;

  @Optional()
  @DateTime()
  @ApiProperty({ description: 'before this moment' })
  to?: Date;

  @Optional()
  @QueryInteger(1, 200)
  @ApiProperty({ default: 50 })
  limit: number = 50;
}
