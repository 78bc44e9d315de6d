import { IsNotEmpty, IsString, IsUUID, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { IssueNumber, JsonObject, Optional, RepositoryName } from '../../common/validation/decorators.js';
import type { JsonObject as JsonObjectValue } from '../../jobs/job.js';

/** Body of `POST /stitcher/dispatch`. */
export class DispatchRequest {
  @IsUUID('loose')
  workspaceId!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @About({ examples: ['code-review'] })
  type!: string;

  @RepositoryName()
  repository!: string;

  @IssueNumber()
  issueNumber!: number;

  @Optional()
  @JsonObject()
  @About({ description: 'kept as the metadata of the job; at most 256 KiB', examples: [{ branch: 'main' }] })
  context?: JsonObjectValue;
}
