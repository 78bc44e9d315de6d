import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { boolean, integer, object } from '../common/json-schema.js';
import { Describe, json } from '../common/openapi/describe.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { OperatorJobRequest, StopJobsRequest } from './dto/operator-job.requests.js';
import { parseIfMatch } from './if-match.js';
import { CANCELLED, RETRIED } from './job.examples.js';
import type { Job } from './job.js';
import { jobLike } from './job.schema.js';
import { OperatorJobsService, type StoppedJobs } from './operator-jobs.service.js';

const STOPPED_JOBS = object<StoppedJobs>(
  'StoppedJobs',
  {
    cancelled: integer({
      description: 'how many jobs this request cancelled',
      minimum: 0,
      examples: [5_000],
    }),
    more: boolean({ description: 'whether further jobs match: send the request again' }),
  },
  { description: 'What became of the jobs', examples: [{ cancelled: 5_000, more: true }] },
);

/** Operators stop and retry jobs of their workspaces. */
@Controller('jobs')
@OperatorAccess('operator-jobs:write')
export class OperatorJobsController {
  constructor(private readonly jobs: OperatorJobsService) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @Describe({
    summary: 'Cancels a job that has not ended',
    details: 'No report of its attempt has an effect from the answer on. A repeat changes nothing.',
    answers: { 200: json(jobLike(CANCELLED), 'ETag') },
    problems: ['precondition-failed', 'illegal-transition'],
  })
  cancel(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: OperatorJobRequest,
  ): Promise<Job> {
    return this.jobs.cancel(caller, id, parseIfMatch(ifMatch), body.reason);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Describe({
    summary: 'Returns a FAILED job to PENDING while attempts remain',
    details: 'A repeat changes nothing while the job is PENDING.',
    answers: { 200: json(jobLike(RETRIED), 'ETag') },
    problems: [
      'precondition-failed',
      'illegal-transition',
      'job-cancelled',
      'attempts-exhausted',
      'job-final',
      'active-job-exists',
    ],
  })
  retry(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: OperatorJobRequest,
  ): Promise<Job> {
    return this.jobs.retry(caller, id, parseIfMatch(ifMatch), body.reason);
  }

  @Post('cancel')
  @HttpCode(200)
  @Describe({
    summary: 'Cancels the jobs of a workspace that match all filters and have not ended',
    details:
      'One request cancels up to 5,000 jobs, 200 in each transaction. If it fails between two of them, some jobs are cancelled: send it again.',
    answers: { 200: json(STOPPED_JOBS) },
    problems: ['workspace-forbidden'],
  })
  cancelAll(@CurrentCaller() caller: Caller, @Body() body: StopJobsRequest): Promise<StoppedJobs> {
    return this.jobs.cancelAll(caller, body);
  }
}
