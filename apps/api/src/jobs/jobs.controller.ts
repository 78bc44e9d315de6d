import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json, unchanged } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { JobFilterQuery, OperatorJobsQuery } from './dto/list-jobs.query.js';
import type { Job, JobAttempt, JobCount } from './job.js';
import { JOB, JOB_ATTEMPTS, JOB_COUNT, JOBS } from './job.schema.js';
import { JobReadsService } from './job-reads.service.js';

/** Jobs for operators, within their workspace scope. */
@Controller('jobs')
@OperatorAccess('operator-jobs:read')
export class JobsController {
  constructor(private readonly reads: JobReadsService) {}

  @Get()
  @Describe({
    summary: "Jobs of the operator's workspaces, newest first",
    answers: { 200: json(JOBS) },
    problems: ['workspace-forbidden'],
  })
  list(@CurrentCaller() caller: Caller, @Query() query: OperatorJobsQuery): Promise<Page<Job>> {
    return this.reads.listForOperator(caller, query);
  }

  @Get('count')
  @Describe({
    summary: 'How many jobs match, by status',
    details:
      'The filters are those of the list and of the bulk cancellation. A count stops at 10,000, and after a search of 20,000 jobs of a status; `capped` says so.',
    answers: { 200: json(JOB_COUNT) },
    problems: ['workspace-forbidden'],
  })
  count(@CurrentCaller() caller: Caller, @Query() query: JobFilterQuery): Promise<JobCount> {
    return this.reads.count(caller, query);
  }

  @Get(':id')
  @Describe({ summary: 'One job', answers: { 200: json(JOB, 'ETag'), 304: unchanged() } })
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<Job> {
    return this.reads.find(caller, id);
  }

  @Get(':id/attempts')
  @Describe({ summary: 'The attempts of a job, the first one first', answers: { 200: json(JOB_ATTEMPTS) } })
  attempts(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<JobAttempt>> {
    return this.reads.attempts(caller, id, query);
  }
}
