import { IsNotEmpty, IsString, IsUUID, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { IssueNumber, JsonObject, Optional, RepositoryName } from '../../common/validation/decorators.js';
import { type GivenRetryPolicy, NotBefore, Retry } from '../../jobs/dto/retry.members.js';
import type { JsonObject as JsonObjectValue } from '../../jobs/job.js';

/** Body of `POST /stitcher/dispatch`. */
export class DispatchRequest {
  @IsUUID('loose')
  @About({ description: 'the workspace of the job' })
  workspaceId!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @About({ description: 'what kind of work it is', examples: ['code-review'] })
  type!: string;

  @RepositoryName()
  @About({ description: '`owner/repo`' })
  repository!: string;

  @IssueNumber()
  @About({ description: 'the issue in the repository' })
  issueNumber!: number;

  @Optional()
  @JsonObject()
  @About({
    description: 'stored as the metadata of the job; at most 256 KiB',
    examples: [{ branch: 'main' }],
  })
  context?: JsonObjectValue;

  @NotBefore()
  notBefore?: Date;

  @Retry()
  retry?: GivenRetryPolicy;
}
