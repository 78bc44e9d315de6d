import {
  anyObject,
  anything,
  array,
  dateTime,
  integer,
  nullable,
  number,
  object,
  oneOf,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { JOB_STATUSES, type Job, type JobAttempt, type PreviousAttempt } from './job.js';
import { type KeptTrigger, TRIGGER_ACTIONS } from './triggers.js';

/** The members of an attempt that the job shows, too. */
const RUN = {
  coordinatorId: nullable(uuid({ description: 'the coordinator that runs it' })),
  agentId: nullable(string({ examples: ['agent-1'] })),
  agentType: nullable(string({ examples: ['reviewer'] })),
  progressPercent: number({ minimum: 0, maximum: 100, examples: [40] }),
  currentStep: nullable(string({ examples: ['tests'] })),
  tokensUsed: integer({ minimum: 0, examples: [1_200] }),
  durationSeconds: nullable(
    number({
      description: 'from its start to its end, unless the coordinator gives another',
      minimum: 0,
      examples: [73.5],
    }),
  ),
  result: anything({ description: 'what the run was completed with, any JSON value', examples: [null] }),
  error: nullable(string({ description: 'why the run failed', examples: ['the tests fail'] })),
  failedStep: nullable(string({ examples: ['tests'] })),
  gateResults: anything({ description: 'any JSON value', examples: [null] }),
  continuationPrompt: nullable(
    string({ description: 'what the next attempt is told', examples: ['Begin with the failing test.'] }),
  ),
};

const { error, failedStep, continuationPrompt, gateResults } = RUN;

const PREVIOUS_ATTEMPT = object<PreviousAttempt>('PreviousAttempt', {
  attempt: integer({ minimum: 0, examples: [1] }),
  error,
  failedStep,
  continuationPrompt,
  gateResults,
});

const KEPT_TRIGGER = object<KeptTrigger>('Trigger', {
  action: oneOf(TRIGGER_ACTIONS),
  comment: nullable(string({ examples: ['@mosaic please look at the tests too'] })),
  sender: nullable(string({ description: 'the account that said it', examples: ['ada'] })),
  metadata: nullable(anyObject({ description: 'what the bot sent with it' })),
  truncated: array(string({ examples: ['comment'] }), { description: 'members that were cut or cleaned' }),
  at: dateTime(),
});

export const JOB = object<Job>('Job', {
  id: uuid(),
  workspaceId: uuid(),
  type: string({ examples: ['code-review'] }),
  status: oneOf(JOB_STATUSES),
  attempt: integer({
    minimum: 0,
    description: 'the fencing token: number of the present run, 0 before the first',
    examples: [1],
  }),
  maxAttempts: integer({ minimum: 1, examples: [3] }),
  rev: integer({ minimum: 1, description: 'rises by one with every change; also the ETag', examples: [3] }),
  repository: nullable(string({ examples: ['acme/shop'] })),
  issueNumber: nullable(integer({ minimum: 1, examples: [42] })),
  priority: integer({ minimum: 0, maximum: 100, examples: [50] }),
  metadata: anyObject({ description: 'as its creator gave it', examples: [{ branch: 'main' }] }),
  ...RUN,
  previousAttempt: nullable(PREVIOUS_ATTEMPT),
  triggers: array(KEPT_TRIGGER, {
    description: 'what was said about the issue while the job was active: the newest 20, the oldest first',
  }),
  triggerCount: integer({
    minimum: 0,
    description: 'how many there were; those after the start of a run lead to one further job when it ends',
    examples: [0],
  }),
  leaseExpiresAt: nullable(
    dateTime({ description: 'the run is taken back then unless it is heard of; null: it has no lease' }),
  ),
  startedAt: nullable(dateTime({ description: 'of the present run' })),
  endedAt: nullable(dateTime()),
  createdAt: dateTime(),
  updatedAt: dateTime(),
});

export const JOBS = pageOf('JobPage', JOB);

const JOB_ATTEMPT = object<JobAttempt>('JobAttempt', {
  attempt: integer({ minimum: 0, examples: [1] }),
  status: oneOf(JOB_STATUSES, { description: 'how the run ended, or that it has not' }),
  ...RUN,
  startedAt: dateTime(),
  endedAt: nullable(dateTime()),
});

export const JOB_ATTEMPTS = pageOf('JobAttemptPage', JOB_ATTEMPT);
