import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { PageQuery } from '../../common/pagination/page.query.js';
import {
  LARGEST_ISSUE_NUMBER,
  Optional,
  QueryInteger,
  RepositoryName,
} from '../../common/validation/decorators.js';
import { JOB_STATUSES, type JobStatus } from '../job.js';

/** Query of the lists of jobs: filters that all have to fit, and the page. */
export class ListJobsQuery extends PageQuery {
  @Optional()
  @IsUUID('loose')
  workspaceId?: string;

  @Optional()
  @IsIn(JOB_STATUSES)
  status?: JobStatus;

  @Optional()
  @IsString()
  @MaxLength(100)
  type?: string;

  @Optional()
  @RepositoryName()
  repository?: string;

  @Optional()
  @QueryInteger(1, LARGEST_ISSUE_NUMBER)
  issueNumber?: number;
}
