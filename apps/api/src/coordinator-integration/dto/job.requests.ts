import { applyDecorators } from '@nestjs/common';
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
import { MEMBER_LIMIT } from '../../common/http/json-body.js';
import { About } from '../../common/openapi/describe.js';
import {
  IntegerInRange,
  IssueNumber,
  isWhole,
  JsonObject,
  JsonValue,
  Optional,
  QueryInteger,
  RepositoryName,
  TrueOrFalse,
} from '../../common/validation/decorators.js';
import { ReportText } from '../../common/validation/report-text.js';
import { Rule } from '../../common/validation/rule.js';
import { WorkspaceIds } from '../../common/validation/workspace-ids.js';
import { type GivenRetryPolicy, MAX_DELAY, NotBefore, Retry } from '../../jobs/dto/retry.members.js';
import { type JsonObject as JsonObjectValue, QUEUED } from '../../jobs/job.js';

/** Only the first characters (code points) of a report text are stored. */
export const MAX_REPORT_LENGTH = {
  currentStep: 500,
  error: 65_536,
  failedStep: 500,
  continuationPrompt: 65_536,
} as const;

/** One character may take two escapes of six bytes (`\ud83d\ude00`), and one byte of data may take one (`\u0061`). */
const BYTES_OF_CHARACTER = 12;
const BYTES_OF_DATA = 6;

/** The longest body of a fail whose members are all within their limits, in KiB, with room for the other members. */
export const MAX_FAIL_KIB = Math.ceil(
  ((MAX_REPORT_LENGTH.error + MAX_REPORT_LENGTH.failedStep + MAX_REPORT_LENGTH.continuationPrompt) *
    BYTES_OF_CHARACTER +
    MEMBER_LIMIT * BYTES_OF_DATA) /
    1_024 +
    16,
);

const MAX_ATTEMPT = 20;
const SHORTEST_LEASE = 30;
const MAX_LEASE_LENGTH = 86_400;
const MAX_WAIT = 60;

const Attempt = () =>
  applyDecorators(
    Optional(),
    IntegerInRange(0, MAX_ATTEMPT),
    About({
      description: 'the attempt that the request is about; 409 `stale-attempt` if it has ended',
      examples: [1],
    }),
  );
const AgentId = () =>
  applyDecorators(
    IsString(),
    IsNotEmpty(),
    MaxLength(200),
    About({ description: 'the part of the coordinator that works on the job', examples: ['agent-1'] }),
  );
const AgentType = () =>
  applyDecorators(
    Optional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(100),
    About({ description: 'the kind of agent', examples: ['reviewer'] }),
  );
const Lease = () =>
  applyDecorators(
    Optional(),
    IntegerInRange(SHORTEST_LEASE, MAX_LEASE_LENGTH),
    About({
      description: 'length of the lease: the attempt ends unless the coordinator reports within this time',
      examples: [300],
    }),
  );
const Tokens = () =>
  applyDecorators(
    Optional(),
    IntegerInRange(0, Number.MAX_SAFE_INTEGER),
    About({ description: 'tokens of the language model, in total', examples: [1_200] }),
  );

/** Whether a failed job is to be retried, and after which delay. */
export type RetryWishValue = boolean | { afterSeconds: number };

const RetryWish = () =>
  applyDecorators(
    Optional(),
    Rule({
      name: 'retryWish',
      schema: {
        anyOf: [
          { type: 'boolean' },
          {
            type: 'object',
            required: ['afterSeconds'],
            properties: {
              afterSeconds: {
                type: 'integer',
                minimum: 0,
                maximum: MAX_DELAY,
                description: 'how long the job is held back',
                examples: [60],
              },
            },
            additionalProperties: false,
          },
        ],
        examples: [true, { afterSeconds: 60 }],
      },
      holds: (value) =>
        typeof value === 'boolean' ||
        (typeof value === 'object' &&
          value !== null &&
          Object.keys(value).length === 1 &&
          'afterSeconds' in value &&
          isWhole(value.afterSeconds, 0, MAX_DELAY)),
      says: `must be true, false, or an object of afterSeconds (0 to ${MAX_DELAY})`,
    }),
    About({
      default: false,
      description:
        'returns the job to PENDING while attempts remain; true: after the delay of its retry policy; not together with `final`',
    }),
  );

/** Body of `POST /coordinator/jobs`. */
export class CreateJobRequest {
  @IsUUID('loose')
  @About({ description: 'the workspace of the job' })
  workspaceId!: string;
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @About({ description: 'what kind of work it is', examples: ['code-review'] })
  type!: string;
  @Optional()
  @RepositoryName()
  @About({ description: '`owner/repo`' })
  repository?: string;
  @Optional()
  @IssueNumber()
  @About({ description: 'the issue in the repository' })
  issueNumber?: number;
  @Optional()
  @IntegerInRange(0, 100)
  @About({ default: 50, description: 'a claim takes the highest first' })
  priority?: number;
  @Optional()
  @JsonObject()
  @About({ description: 'any JSON object of at most 256 KiB', examples: [{ branch: 'main' }] })
  metadata?: JsonObjectValue;
  @Optional()
  @IntegerInRange(1, MAX_ATTEMPT)
  @About({ default: 3, description: 'how many attempts the job may have' })
  maxAttempts?: number;
  @NotBefore() notBefore?: Date;
  @Retry() retry?: GivenRetryPolicy;
}

/** Body of `PATCH /coordinator/jobs/:id/status`. */
export class UpdateStatusRequest {
  @IsIn(['RUNNING', 'CANCELLED', QUEUED])
  @About({ description: 'the new status; `QUEUED`, from the older API, changes nothing about a PENDING job' })
  status!: 'RUNNING' | 'CANCELLED' | typeof QUEUED;
  @Attempt() attempt?: number;
  @Optional() @AgentId() agentId?: string;
  @AgentType() agentType?: string;
  @Lease() leaseSeconds?: number;
}

/** Body of `POST /coordinator/jobs/claim`. */
export class ClaimJobRequest {
  @Optional()
  @ArrayMinSize(1)
  @WorkspaceIds()
  @About({ description: 'the workspaces to search; default: all that the coordinator may use' })
  workspaceIds?: string[];

  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(100, { each: true })
  @About({ description: 'the types of jobs to search; default: any' })
  types?: string[];

  @AgentId() agentId!: string;
  @AgentType() agentType?: string;
  @Lease() leaseSeconds?: number;

  @Optional()
  @IntegerInRange(1, MAX_WAIT)
  @About({
    description: 'if there is no job: how long to wait for one before the answer is 204; default: not at all',
    examples: [30],
  })
  waitSeconds?: number;
}

/** Body of `PATCH /coordinator/jobs/:id/progress`. */
export class ReportProgressRequest {
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(100)
  @About({ description: 'how much is done; a smaller value than before is ignored', examples: [40] })
  progressPercent!: number;
  @Optional()
  @ReportText({ most: MAX_REPORT_LENGTH.currentStep, nullable: true })
  @About({ description: 'the current step; cut at 500 characters', examples: ['tests'] })
  currentStep?: string | null;
  @Tokens() tokensUsed?: number;
  @Attempt() attempt?: number;
}

/** Body of `POST /coordinator/jobs/:id/complete`. */
export class CompleteJobRequest {
  @Optional()
  @JsonValue()
  @About({ description: 'the result, any JSON value of at most 256 KiB', examples: [{ approved: true }] })
  result?: unknown;
  @Tokens() tokensUsed?: number;
  @Optional()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @About({ description: 'default: the time from start to end of the attempt', examples: [73.5] })
  durationSeconds?: number;
  @Attempt() attempt?: number;
}

/** Body of `POST /coordinator/jobs/:id/fail`. */
export class FailJobRequest {
  @ReportText({ most: MAX_REPORT_LENGTH.error })
  @About({ description: 'why the attempt failed; cut at 65,536 characters', examples: ['the tests fail'] })
  error!: string;
  @Optional()
  @ReportText({ most: MAX_REPORT_LENGTH.failedStep, nullable: true })
  @About({ description: 'the step in which it failed; cut at 500 characters', examples: ['tests'] })
  failedStep?: string | null;
  @Optional()
  @JsonValue()
  @About({
    description: 'results of checks, any JSON value of at most 256 KiB',
    examples: [{ lint: 'ok', tests: 'failed' }],
  })
  gateResults?: unknown;
  @Optional()
  @ReportText({ most: MAX_REPORT_LENGTH.continuationPrompt, nullable: true })
  @About({
    description: 'a message for the next attempt; cut at 65,536 characters',
    examples: ['Begin with the failing test.'],
  })
  continuationPrompt?: string | null;
  @Attempt() attempt?: number;
  @RetryWish() retry?: RetryWishValue;
  @Optional()
  @TrueOrFalse()
  @About({ default: false, description: 'whether the job is FAILED for good: no retry is possible' })
  final?: boolean;
}

/** Query of `GET /coordinator/jobs/:id`. */
export class FindJobQuery {
  @Optional()
  @QueryInteger(1, MAX_WAIT)
  @About({
    description:
      'with `If-None-Match`: how long to wait for a change before the answer is 304; default: not at all',
    examples: [30],
  })
  waitSeconds?: number;
}

/** Body of `POST /coordinator/jobs/:id/retry`. */
export class RetryJobRequest {
  @Attempt() attempt?: number;
}
