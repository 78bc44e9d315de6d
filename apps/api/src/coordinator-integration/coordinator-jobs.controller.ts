import { Body, Controller, Get, Headers, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { extenderOf } from '../common/answer.js';
import { BodyLimit } from '../common/http/body-limit.js';
import { isKnownTo } from '../common/http/entity-tags.js';
import { IdempotencyKey } from '../common/http/idempotency-key.js';
import { Wait } from '../common/http/wait.js';
import { array, boolean, extended, oneOf } from '../common/json-schema.js';
import { Describe, json, nothing, unchanged } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { InvalidRequestError } from '../common/problems/invalid-request.error.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { CoordinatorAccess } from '../coordinators/authentication/coordinator-access.decorator.js';
import { ListJobsQuery } from '../jobs/dto/list-jobs.query.js';
import { parseIfMatch } from '../jobs/if-match.js';
import { COMPLETED, CREATED, FAILED, RETRIED } from '../jobs/job.examples.js';
import { JOB_FIELDS, type Job, type JobAttempt } from '../jobs/job.js';
import { JOB, JOB_ATTEMPTS, JOBS, jobLike } from '../jobs/job.schema.js';
import { etagOf } from '../jobs/job-etag.js';
import { JobReadsService } from '../jobs/job-reads.service.js';
import { CoordinatorJobsService } from './coordinator-jobs.service.js';
import {
  ClaimJobRequest,
  CompleteJobRequest,
  CreateJobRequest,
  FailJobRequest,
  FindJobQuery,
  MAX_FAIL_KIB,
  MAX_REPORT_LENGTH,
  ReportProgressRequest,
  RetryJobRequest,
  UpdateStatusRequest,
} from './dto/job.requests.js';

const TRUNCATED = array<string>(oneOf(Object.keys(MAX_REPORT_LENGTH)), {
  description:
    'members whose text was cut to its limit, or in which NUL or half a surrogate pair was replaced by U+FFFD',
  examples: [[]],
});

const FAILED_JOB = extended<Job, { truncated: string[] }>(
  'FailedJob',
  JOB,
  { truncated: TRUNCATED },
  {
    description: 'The job, and which texts of the report were cut',
    examples: [{ ...FAILED, truncated: [] }],
  },
);

const failed = extenderOf<Job, { truncated: string[] }>(Object.keys(JOB_FIELDS), ['truncated']);

const PROGRESSED_JOB = extended<Job, { applied: boolean; truncated: string[] }>(
  'ProgressedJob',
  JOB,
  {
    truncated: TRUNCATED,
    applied: boolean({ description: 'whether the report changed anything; it renews the lease in any case' }),
  },
  { description: 'The job, and what became of the report' },
);

const progressed = extenderOf<Job, { applied: boolean; truncated: string[] }>(Object.keys(JOB_FIELDS), [
  'truncated',
  'applied',
]);

const CHANGE_REFUSED = [
  'precondition-failed',
  'stale-attempt',
  'illegal-transition',
  'job-cancelled',
] as const;

@Controller('coordinator/jobs')
export class CoordinatorJobsController {
  constructor(
    private readonly jobs: CoordinatorJobsService,
    private readonly reads: JobReadsService,
  ) {}

  @Post()
  @CoordinatorAccess('jobs:write')
  @BodyLimit(1024)
  @Describe({
    summary: 'Creates a job',
    answers: {
      201: json(jobLike(CREATED), 'ETag', 'Location'),
      200: json(jobLike(CREATED), 'ETag', 'Location', 'Idempotency-Replayed'),
    },
    problems: ['workspace-forbidden', 'repository-forbidden', 'idempotency-key-reused'],
  })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateJobRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Job> {
    const { job, replayed } = await this.jobs.create(caller, body, idempotencyKey ?? null);
    void reply.header('Location', `/coordinator/jobs/${job.id}`);
    if (replayed) void reply.status(200).header('Idempotency-Replayed', 'true');
    return job;
  }

  @Post('claim')
  @HttpCode(200)
  @CoordinatorAccess('jobs:write')
  @BodyLimit(128)
  @Describe({
    summary: 'Starts the PENDING job of highest priority, oldest first, and never the same one twice',
    details:
      'Workspaces take turns; the priority counts within a workspace. The job is RUNNING then, with a lease of 300 s unless another is asked for. With `waitSeconds`, the answer comes when there is a job.',
    answers: {
      200: json(JOB, 'ETag', 'Idempotency-Replayed'),
      204: nothing('There was no such job until the end of the wait, or `maxRunning` is reached'),
    },
    problems: ['workspace-forbidden', 'idempotency-key-reused'],
  })
  async claim(
    @CurrentCaller() caller: Caller,
    @Body() body: ClaimJobRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Job | undefined> {
    const wait = body.waitSeconds === undefined ? null : new Wait(body.waitSeconds, reply);
    const claimed = await this.jobs.claim(caller, body, idempotencyKey ?? null, wait);
    if (claimed === null) {
      void reply.status(204);
      return undefined;
    }
    if (claimed.replayed) void reply.header('Idempotency-Replayed', 'true');
    return claimed.job;
  }

  @Get()
  @CoordinatorAccess('jobs:read')
  @Describe({
    summary: "Jobs of the coordinator's workspaces, newest first",
    answers: { 200: json(JOBS) },
    problems: ['workspace-forbidden'],
  })
  list(@CurrentCaller() caller: Caller, @Query() query: ListJobsQuery): Promise<Page<Job>> {
    return this.reads.list(caller, query);
  }

  @Get(':id')
  @CoordinatorAccess('jobs:read')
  @Describe({
    summary: 'One job',
    details: 'With `waitSeconds` and `If-None-Match`, the answer comes when the job changes.',
    answers: { 200: json(JOB, 'ETag'), 304: unchanged() },
  })
  find(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() { waitSeconds }: FindJobQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Job> {
    if (waitSeconds === undefined) return this.reads.find(caller, id);
    if (ifNoneMatch === undefined) {
      throw InvalidRequestError.of('waitSeconds', 'waitSeconds needs If-None-Match with the ETag of the job');
    }
    return this.reads.find(caller, id, {
      isKnown: (job) => isKnownTo(ifNoneMatch, etagOf(job)),
      wait: new Wait(waitSeconds, reply),
    });
  }

  @Get(':id/attempts')
  @CoordinatorAccess('jobs:read')
  @Describe({ summary: 'The attempts of a job, the first one first', answers: { 200: json(JOB_ATTEMPTS) } })
  attempts(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<JobAttempt>> {
    return this.reads.attempts(caller, id, query);
  }

  @Patch(':id/status')
  @CoordinatorAccess('jobs:write')
  @Describe({
    summary: 'Starts an attempt, or cancels the job',
    answers: { 200: json(JOB, 'ETag') },
    problems: [...CHANGE_REFUSED, 'running-limit-reached'],
  })
  async updateStatus(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: UpdateStatusRequest,
  ): Promise<Job> {
    return (await this.jobs.updateStatus(caller, id, parseIfMatch(ifMatch), body)).job;
  }

  @Patch(':id/progress')
  @CoordinatorAccess('jobs:write')
  @BodyLimit(1024)
  @Describe({
    summary: 'Reports progress, and renews the lease',
    details: 'Percent and tokens never go back within an attempt.',
    answers: { 200: json(PROGRESSED_JOB, 'ETag') },
    problems: CHANGE_REFUSED,
  })
  async progress(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ReportProgressRequest,
  ): Promise<Job & { applied: boolean; truncated: string[] }> {
    const { job, ...rest } = await this.jobs.progress(caller, id, parseIfMatch(ifMatch), body);
    return progressed(job, rest);
  }

  @Post(':id/complete')
  @HttpCode(200)
  @CoordinatorAccess('jobs:write')
  @BodyLimit(1024)
  @Describe({
    summary: 'Completes the job with a result',
    details: 'Repeating the same request gets the same answer and changes nothing.',
    answers: { 200: json(jobLike(COMPLETED), 'ETag') },
    problems: CHANGE_REFUSED,
  })
  async complete(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: CompleteJobRequest,
  ): Promise<Job> {
    return (await this.jobs.complete(caller, id, parseIfMatch(ifMatch), body)).job;
  }

  @Post(':id/fail')
  @HttpCode(200)
  @CoordinatorAccess('jobs:write')
  @BodyLimit(MAX_FAIL_KIB)
  @Describe({
    summary: 'Reports that the attempt failed',
    details:
      'With `retry` the job returns to PENDING in the same step while attempts remain, else it is FAILED. Repeating the same request changes nothing.',
    answers: { 200: json(FAILED_JOB, 'ETag') },
    problems: CHANGE_REFUSED,
  })
  async fail(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: FailJobRequest,
  ): Promise<Job & { truncated: string[] }> {
    const { job, truncated } = await this.jobs.fail(caller, id, parseIfMatch(ifMatch), body);
    return failed(job, { truncated });
  }

  @Post(':id/retry')
  @HttpCode(200)
  @CoordinatorAccess('jobs:write')
  @Describe({
    summary: 'Returns a FAILED job to PENDING while attempts remain',
    answers: { 200: json(jobLike(RETRIED), 'ETag') },
    problems: [...CHANGE_REFUSED, 'attempts-exhausted', 'job-final', 'active-job-exists'],
  })
  async retry(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: RetryJobRequest,
  ): Promise<Job> {
    return (await this.jobs.retry(caller, id, parseIfMatch(ifMatch), body)).job;
  }
}
