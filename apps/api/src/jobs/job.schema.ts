import {
  anyObject,
  anything,
  array,
  dateTime,
  enumeration,
  integer,
  nullable,
  number,
  object,
  remarked,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { FAILED_ATTEMPT, RUNNING } from './job.examples.js';
import { JOB_STATUSES, type Job, type JobAttempt, type PreviousAttempt } from './job.js';
import { type KeptTrigger, TRIGGER_ACTIONS } from './triggers.js';

export const JOB_STATUS = enumeration('JobStatus', JOB_STATUSES, {
  description: 'COMPLETED and CANCELLED are final. A FAILED job can be retried while attempts remain.',
});

export const TRIGGER_ACTION = enumeration('TriggerAction', TRIGGER_ACTIONS, {
  description: 'What happened at the forge',
});

/** The members of an attempt that the job shows, too. */
const OF_ATTEMPT = {
  coordinatorId: nullable(
    uuid({ description: 'the coordinator that works on it; null before the first attempt' }),
  ),
  agentId: nullable(
    string({ description: 'the part of the coordinator that works on it', examples: ['agent-1'] }),
  ),
  agentType: nullable(
    string({ description: 'the kind of agent, as the coordinator names it', examples: ['reviewer'] }),
  ),
  progressPercent: number({
    description: 'how much is done; never decreases',
    minimum: 0,
    maximum: 100,
    examples: [40],
  }),
  currentStep: nullable(string({ description: 'the step that was reported last', examples: ['tests'] })),
  tokensUsed: integer({
    description: 'tokens of the language model; never decreases',
    minimum: 0,
    examples: [1_200],
  }),
  durationSeconds: nullable(
    number({
      description:
        'from start to end of the attempt, unless the coordinator reported another value; null until it ends',
      minimum: 0,
      examples: [73.5],
    }),
  ),
  result: anything({
    description: 'what the coordinator completed it with, any JSON value',
    examples: [{ approved: true }],
  }),
  error: nullable(string({ description: 'why it failed', examples: ['the tests fail'] })),
  failedStep: nullable(string({ description: 'the step in which it failed', examples: ['tests'] })),
  gateResults: anything({
    description: 'results of checks of the failed attempt, any JSON value',
    examples: [{ tests: 'failed' }],
  }),
  continuationPrompt: nullable(
    string({ description: 'a message for the next attempt', examples: ['Begin with the failing test.'] }),
  ),
};

const { error, failedStep, continuationPrompt, gateResults } = OF_ATTEMPT;

const PREVIOUS_ATTEMPT = object<PreviousAttempt>(
  'PreviousAttempt',
  {
    attempt: integer({ description: 'its number', minimum: 0, examples: [1] }),
    error,
    failedStep,
    continuationPrompt,
    gateResults,
  },
  { description: 'How the attempt before ended' },
);

const KEPT_TRIGGER = object<KeptTrigger>(
  'Trigger',
  {
    action: remarked(TRIGGER_ACTION, { description: 'what happened' }),
    comment: nullable(
      string({
        description: 'the text that mentions the bot',
        examples: ['@mosaic please look at the tests too'],
      }),
    ),
    sender: nullable(string({ description: 'the account that caused it', examples: ['ada'] })),
    metadata: nullable(anyObject({ description: 'the metadata that the bot sent with it' })),
    truncated: array(string({ examples: ['comment'] }), { description: 'members that were cut or cleaned' }),
    at: dateTime({ description: 'when it arrived' }),
  },
  { description: 'A mention or an assignment that came while the job was active' },
);

export const JOB = object<Job>(
  'Job',
  {
    id: uuid({ description: 'the id of the job' }),
    workspaceId: uuid({ description: 'the workspace that it belongs to' }),
    type: string({ description: 'what kind of work it is', examples: ['code-review'] }),
    status: remarked(JOB_STATUS, { description: 'where the job stands' }),
    attempt: integer({
      minimum: 0,
      description: 'number of the current attempt, 0 before the first; the fencing token of reports',
      examples: [1],
    }),
    maxAttempts: integer({ description: 'how many attempts the job may have', minimum: 1, examples: [3] }),
    rev: integer({
      minimum: 1,
      description: 'increases by one with every change; also the ETag',
      examples: [3],
    }),
    repository: nullable(string({ description: '`owner/repo` in lower case', examples: ['acme/shop'] })),
    issueNumber: nullable(
      integer({ description: 'the issue in the repository', minimum: 1, examples: [42] }),
    ),
    priority: integer({
      description: 'a claim takes the highest first',
      minimum: 0,
      maximum: 100,
      examples: [50],
    }),
    metadata: anyObject({ description: 'as given when the job was created', examples: [{ branch: 'main' }] }),
    ...OF_ATTEMPT,
    previousAttempt: remarked(nullable(PREVIOUS_ATTEMPT), {
      description: 'how the attempt before ended; null until a job has gone back to PENDING',
    }),
    triggers: array(KEPT_TRIGGER, {
      description: 'triggers that came while the job was active: the newest 20, the oldest first',
    }),
    triggerCount: integer({
      minimum: 0,
      description:
        'how many triggers came in total; those after the start of an attempt lead to one further job when it ends',
      examples: [0],
    }),
    leaseExpiresAt: nullable(
      dateTime({
        description: 'when the lease expires, unless the coordinator reports before; null: no lease',
      }),
    ),
    startedAt: nullable(dateTime({ description: 'when the current attempt started' })),
    endedAt: nullable(dateTime({ description: 'when the job ended' })),
    createdAt: dateTime({ description: 'when the job was created' }),
    updatedAt: dateTime({ description: 'when the job changed last' }),
  },
  { description: 'A job with its current attempt', examples: [RUNNING] },
);

/** A job in the answer of one route, with an example that the route can answer. */
export const jobLike = (example: Job) => remarked(JOB, { description: 'The job', examples: [example] });

export const JOBS = pageOf('JobPage', JOB);

const JOB_ATTEMPT = object<JobAttempt>(
  'JobAttempt',
  {
    attempt: integer({ description: 'its number', minimum: 0, examples: [1] }),
    status: remarked(JOB_STATUS, { description: 'how the attempt ended; RUNNING: it has not' }),
    ...OF_ATTEMPT,
    startedAt: dateTime({ description: 'when it started' }),
    endedAt: nullable(dateTime({ description: 'when it ended' })),
  },
  { description: 'One attempt at a job', examples: [FAILED_ATTEMPT] },
);

export const JOB_ATTEMPTS = pageOf('JobAttemptPage', JOB_ATTEMPT);
