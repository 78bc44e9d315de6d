import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsNumber,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import {
  IntegerInRange,
  JsonObject,
  JsonValue,
  Optional,
  RepositoryName,
} from '../../common/validation/decorators.js';
import type { JsonObject as JsonObjectValue } from '../../jobs/job.js';

const LARGEST_ATTEMPT = 20;
const SHORTEST_LEASE = 30;
const LONGEST_LEASE = 86_400;
const LARGEST_ISSUE_NUMBER = 2_147_483_647;

/** Body of `POST /coordinator/jobs`. */
export class CreateJobRequest {
  @IsUUID('loose') workspaceId!: string;
  @IsString() @IsNotEmpty() @MaxLength(100) type!: string;
  @Optional()
  @RepositoryName()
  repository?: string;
  @Optional() @IntegerInRange(1, LARGEST_ISSUE_NUMBER) issueNumber?: number;
  @Optional() @IntegerInRange(0, 100) priority?: number;
  @Optional() @JsonObject() metadata?: JsonObjectValue;
  @Optional() @IntegerInRange(1, LARGEST_ATTEMPT) maxAttempts?: number;
}

/** Body of `PATCH /coordinator/jobs/:id/status`. */
export class UpdateStatusRequest {
  @IsIn(['RUNNING', 'CANCELLED']) status!: 'RUNNING' | 'CANCELLED';
  @Optional() @IntegerInRange(0, LARGEST_ATTEMPT) attempt?: number;
  @Optional() @IsString() @IsNotEmpty() @MaxLength(200) agentId?: string;
  @Optional() @IsString() @IsNotEmpty() @MaxLength(100) agentType?: string;
  @Optional() @IntegerInRange(SHORTEST_LEASE, LONGEST_LEASE) leaseSeconds?: number;
}

/** Body of `POST /coordinator/jobs/claim`. */
export class ClaimJobRequest {
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsUUID('loose', { each: true })
  @ApiProperty({ type: [String], description: 'left out: every workspace that the coordinator may touch' })
  workspaceIds?: string[];

  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(100, { each: true })
  @ApiProperty({ type: [String], description: 'left out: any type' })
  types?: string[];

  @IsString() @IsNotEmpty() @MaxLength(200) agentId!: string;
  @Optional() @IsString() @IsNotEmpty() @MaxLength(100) agentType?: string;
  @Optional() @IntegerInRange(SHORTEST_LEASE, LONGEST_LEASE) leaseSeconds?: number;
}

/** Body of `PATCH /coordinator/jobs/:id/progress`. */
export class ReportProgressRequest {
  @IsNumber({ allowNaN: false, allowInfinity: false }) @Min(0) @Max(100) progressPercent!: number;
  @Optional() @IsString() @MaxLength(500) currentStep?: string;
  @Optional() @IntegerInRange(0, Number.MAX_SAFE_INTEGER) tokensUsed?: number;
  @Optional() @IntegerInRange(0, LARGEST_ATTEMPT) attempt?: number;
}

/** Body of `POST /coordinator/jobs/:id/complete`. */
export class CompleteJobRequest {
  @Optional() @JsonValue() result?: unknown;
  @Optional() @IntegerInRange(0, Number.MAX_SAFE_INTEGER) tokensUsed?: number;
  @Optional() @IsNumber({ allowNaN: false, allowInfinity: false }) @Min(0) durationSeconds?: number;
  @Optional() @IntegerInRange(0, LARGEST_ATTEMPT) attempt?: number;
}

/** Body of `POST /coordinator/jobs/:id/fail`. */
export class FailJobRequest {
  @IsString() @IsNotEmpty() @MaxLength(65_536) error!: string;
  @Optional() @IsString() @MaxLength(500) failedStep?: string;
  @Optional() @JsonValue() gateResults?: unknown;
  @Optional() @IsString() @MaxLength(65_536) continuationPrompt?: string;
  @Optional() @IntegerInRange(0, LARGEST_ATTEMPT) attempt?: number;
}

/** Body of `POST /coordinator/jobs/:id/retry`. */
export class RetryJobRequest {
  @Optional() @IntegerInRange(0, LARGEST_ATTEMPT) attempt?: number;
}
