import { IsNotEmpty, IsString, IsUUID, MaxLength } from 'class-validator';
import { IntegerInRange, JsonObject, Optional, RepositoryName } from '../../common/validation/decorators.js';
import type { JsonObject as JsonObjectValue } from '../../jobs/job.js';

/** Body of `POST /stitcher/dispatch`. */
export class DispatchRequest {
  @IsUUID('loose')
  workspaceId!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  type!: string;

  @RepositoryName()
  repository!: string;

  @IntegerInRange(1, 2_147_483_647)
  issueNumber!: number;

  @Optional()
  @JsonObject()
  context?: JsonObjectValue;
}
