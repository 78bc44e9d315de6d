import { object, remarked } from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { FAILED_ATTEMPT, RUNNING } from './job.examples.js';
import { ATTEMPT_FIELDS, JOB_FIELDS, type Job, type JobAttempt } from './job.js';

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
