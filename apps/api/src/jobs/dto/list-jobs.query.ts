import { Transform } from 'class-transformer';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import {
  MAX_ISSUE_NUMBER,
  Optional,
  QueryInteger,
  RepositoryName,
} from '../../common/validation/decorators.js';
import { JOB_STATUSES, type JobStatus, QUEUED } from '../job.js';

/** Query of the job lists: the page and the filters. A job must match all filters. */
export class ListJobsQuery extends PageQuery {
  @Optional()
  @IsUUID('loose')
  workspaceId?: string;

  @Optional()
  @Transform(({ value }) => (value === QUEUED ? 'PENDING' : value))
  @IsIn(JOB_STATUSES)
  @About({ description: '`QUEUED`, from the older API, is the same as `PENDING`' })
  status?: JobStatus;

  @Optional()
  @IsString()
  @MaxLength(100)
  type?: string;

  @Optional()
  @RepositoryName()
  repository?: string;

  @Optional()
  @QueryInteger(1, MAX_ISSUE_NUMBER)
  issueNumber?: number;
}
