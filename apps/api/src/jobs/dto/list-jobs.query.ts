import { Transform } from 'class-transformer';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { CursorMember, LimitMember, PageQuery } from '../../common/pagination/page.query.js';
import {
  MAX_ISSUE_NUMBER,
  Optional,
  QueryInteger,
  Repeated,
  RepositoryName,
} from '../../common/validation/decorators.js';
import { JOB_STATUSES, type JobStatus, QUEUED } from '../job.js';
import type { Lease } from '../job-filter.statement.js';
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

/** Query of the list of a coordinator: the page and the filters. A job must match all filters. */
export class ListJobsQuery extends PageQuery {
  @Optional()
  @IsUUID('loose')
  @About({ description: 'only jobs of this workspace' })
  workspaceId?: string;

  @Optional()
  @Transform(({ value }) => (value === QUEUED ? 'PENDING' : value))
  @IsIn(JOB_STATUSES)
  @About({
    description: 'only jobs with this status; `QUEUED`, from the older API, is the same as `PENDING`',
  })
  status?: JobStatus;

  @Optional()
  @IsString()
  @MaxLength(100)
  @About({ description: 'only jobs of this type' })
  type?: string;

  @Optional()
  @RepositoryName()
  @About({ description: 'only jobs of this repository, `owner/repo`' })
  repository?: string;

  @Optional()
  @QueryInteger(1, MAX_ISSUE_NUMBER)
  @About({ description: 'only jobs of this issue number' })
  issueNumber?: number;
}

const asStatus = (given: unknown) => (given === QUEUED ? 'PENDING' : given);

/** Query of `GET /jobs/count`. The list, the count and the bulk cancellation of operators have the same filters. */
export class JobFilterQuery {
  @Optional()
  @OfWorkspace()
  workspaceId?: string;

  @Optional()
  @Repeated(JOB_STATUSES.length, asStatus)
  @IsIn(JOB_STATUSES, { each: true })
  @About({ description: 'only jobs with one of these statuses; repeat the parameter for several' })
  status?: JobStatus[];

  @OfType()
  type?: string;

  @OfRepository()
  repository?: string;

  @Optional()
  @QueryInteger(1, MAX_ISSUE_NUMBER)
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
}

/** Query of `GET /jobs`. */
export class OperatorJobsQuery extends JobFilterQuery implements PageQuery {
  @CursorMember()
  cursor?: string;

  @LimitMember()
  limit: number = 50;
}
