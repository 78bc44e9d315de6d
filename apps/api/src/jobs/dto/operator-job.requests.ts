import { applyDecorators } from '@nestjs/common';
import { IsString, Matches, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { IssueNumber, Optional } from '../../common/validation/decorators.js';
import { Rule } from '../../common/validation/rule.js';
import type { Lease } from '../job-filter.statement.js';
import { ACTIVE_STATUSES, type ActiveStatus } from '../stop.statement.js';
import {
  CreatedAfter,
  CreatedBefore,
  OfCoordinator,
  OfRepository,
  OfType,
  OfWorkspace,
  UpdatedBefore,
  WithLease,
} from './job-filter.members.js';

const MAX_REASON_LENGTH = 200;

const Reason = () =>
  applyDecorators(
    IsString(),
    Matches(/\S/, { message: '$property must not be blank' }),
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

/** Body of `POST /jobs/cancel`. A job must match all filters, which are those of `GET /jobs`. */
export class StopJobsRequest {
  @OfWorkspace()
  workspaceId!: string;

  @OfType()
  type?: string;

  @Optional()
  @Rule({
    name: 'activeStatuses',
    schema: {
      anyOf: [
        { type: 'string', enum: ACTIVE_STATUSES },
        { type: 'array', items: { type: 'string', enum: ACTIVE_STATUSES }, maxItems: ACTIVE_STATUSES.length },
      ],
      examples: [['PENDING', 'RUNNING']],
    },
    holds: (value) =>
      isActive(value) ||
      (Array.isArray(value) && value.length <= ACTIVE_STATUSES.length && value.every(isActive)),
    says: `must be ${ACTIVE_STATUSES.join(' or ')}, or an array of them`,
  })
  @About({ description: 'only jobs with this status, or one of these' })
  status?: ActiveStatus | ActiveStatus[];

  @OfRepository()
  repository?: string;

  @Optional()
  @IssueNumber()
  @About({ description: 'only jobs of this issue number' })
  issueNumber?: number;

  @OfCoordinator()
  coordinatorId?: string;

  @CreatedAfter()
  createdAfter?: Date;

  @CreatedBefore()
  createdBefore?: Date;

  @UpdatedBefore()
  updatedBefore?: Date;

  @WithLease()
  lease?: Lease;

  @Reason()
  reason!: string;
}

function isActive(value: unknown): value is ActiveStatus {
  return ACTIVE_STATUSES.some((it) => it === value);
}
