import { applyDecorators } from '@nestjs/common';
import { IsIn, IsNotEmpty, IsString, IsUUID, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { DateTime, Optional } from '../../common/validation/decorators.js';
import { ACTIVE_STATUSES, type ActiveStatus } from '../stop.statement.js';

const MAX_REASON_LENGTH = 200;

const Reason = () =>
  applyDecorators(
    IsString(),
    IsNotEmpty(),
    MaxLength(MAX_REASON_LENGTH),
    About({
      description: 'why, for the audit log, which keeps the text as it is',
      examples: ['The deployment is wrong, ticket 4711.'],
    }),
  );

/** Body of `POST /jobs/:id/cancel` and `POST /jobs/:id/retry`. */
export class OperatorJobRequest {
  @Reason()
  reason!: string;
}

/** Body of `POST /jobs/cancel`. A job must match all filters. */
export class StopJobsRequest {
  @IsUUID('loose')
  @About({ description: 'only jobs of this workspace' })
  workspaceId!: string;

  @Optional()
  @IsString()
  @MaxLength(100)
  @About({ description: 'only jobs of this type', examples: ['code-review'] })
  type?: string;

  @Optional()
  @IsIn(ACTIVE_STATUSES)
  @About({ description: 'only jobs with this status' })
  status?: ActiveStatus;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'only jobs that this coordinator works on' })
  coordinatorId?: string;

  @Optional()
  @DateTime()
  @About({ description: 'only jobs that were created before this time' })
  createdBefore?: Date;

  @Reason()
  reason!: string;
}
