import { boolean, dateTime, integer, nullable, object, remarked } from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { FAILED_ATTEMPT, RUNNING } from './job.examples.js';
import { ATTEMPT_FIELDS, JOB_FIELDS, type Job, type JobAttempt, type JobCount } from './job.js';

export const JOB = object<Job>('Job', JOB_FIELDS, {
  description: 'A job with its current attempt',
  examples: [RUNNING],
});

/** A job in the answer of one route, with an example that the route can answer. */
export const jobLike = (example: Job) => remarked(JOB, { description: 'The job', examples: [example] });

export const JOBS = pageOf('JobPage', JOB);

const JOB_ATTEMPT = object<JobAttempt>('JobAttempt', ATTEMPT_FIELDS, {
  description: 'One attempt at a job',
  examples: [FAILED_ATTEMPT],
});

export const JOB_ATTEMPTS = pageOf('JobAttemptPage', JOB_ATTEMPT);

const counted = (description: string, example: number) =>
  integer({ description, minimum: 0, maximum: 10_000, examples: [example] });

export const JOB_COUNT = object<JobCount>(
  'JobCount',
  {
    byStatus: remarked(
      object<JobCount['byStatus']>(
        'JobCountByStatus',
        {
          PENDING: counted('jobs that wait', 184),
          RUNNING: counted('jobs that run', 30),
          COMPLETED: counted('jobs that were completed', 0),
          FAILED: counted('jobs that failed', 0),
          CANCELLED: counted('jobs that were cancelled', 0),
        },
        { description: 'How many jobs have each status' },
      ),
      { description: 'how many of the jobs have each status' },
    ),
    withoutLease: counted(
      'how many of the RUNNING ones have no lease, so that nothing ends them by itself',
      3,
    ),
    lastLeaseExpiresAt: nullable(
      dateTime({ description: 'when the last lease of the RUNNING ones ends; null: none has a lease' }),
    ),
    capped: boolean({ description: 'whether there may be more than counted', examples: [false] }),
    asOf: dateTime({ description: 'when they were counted' }),
  },
  { description: 'How many jobs match a filter' },
);
