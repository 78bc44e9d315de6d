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
