import {
  type AnySchema,
  anyObject,
  extended,
  integer,
  object,
  oneOf,
  refer,
  remarked,
  type Schema,
  string,
  union,
  uuid,
} from '../common/json-schema.js';
import { MAX_ISSUE_NUMBER } from '../common/validation/decorators.js';
import { CREATED } from '../jobs/job.examples.js';
import { JOB_STATUS, type Job } from '../jobs/job.js';
import { JOB } from '../jobs/job.schema.js';
import { TRIGGER_ACTION } from '../jobs/triggers.js';
import type { DispatchedJob, JobNotice } from './stitcher.service.js';

const BOT_DELIVERY: AnySchema = {
  name: 'BotDelivery',
  parts: [TRIGGER_ACTION],
  json: {
    type: 'object',
    description: "The body of the platform's own bot",
    required: ['action', 'repository', 'issueNumber'],
    properties: {
      action: { ...refer(TRIGGER_ACTION), description: 'what happened' },
      repository: { type: 'string', description: '`owner/repo`', examples: ['acme/shop'] },
      issueNumber: {
        description: 'the number of the issue, also as text',
        anyOf: [
          { type: 'integer', minimum: 1, maximum: MAX_ISSUE_NUMBER },
          { type: 'string', pattern: '^[1-9][0-9]{0,9}$' },
        ],
        examples: [42],
      },
      comment: {
        type: ['string', 'null'],
        description: 'the text that mentions the bot',
        examples: ['@mosaic please look into this'],
      },
      metadata: {
        type: ['object', 'null'],
        additionalProperties: true,
        description: 'kept as the metadata of the job; at most 256 KiB',
      },
    },
    additionalProperties: false,
  },
};

export const FORGE_DELIVERY = anyObject({
  description: 'The body that Gitea or GitHub sends for the event that its header names',
});

/** The event header determines which of the two the body is. */
export const DELIVERY = union(BOT_DELIVERY, FORGE_DELIVERY);

const QUEUE_NAME = string({ description: 'the type of the job', examples: ['issue'] });

export const DISPATCHED = object<JobNotice>(
  'Dispatched',
  {
    jobId: uuid({ description: 'the id of the new job' }),
    status: remarked(JOB_STATUS, { description: 'the status of the job', examples: ['PENDING'] }),
    queueName: QUEUE_NAME,
  },
  { description: 'The delivery created a job' },
);

export const DISPATCHED_JOB: Schema<DispatchedJob> = extended<Job, Omit<DispatchedJob, keyof Job>>(
  'DispatchedJob',
  JOB,
  { jobId: uuid({ description: 'the same as `id`' }), queueName: QUEUE_NAME },
  {
    description: 'The new job',
    examples: [{ ...CREATED, jobId: CREATED.id, queueName: CREATED.type }],
  },
);

export const NOT_DISPATCHED = remarked(
  union(
    object<{ duplicate: true; triggerCount: number } & JobNotice>(
      'DuplicateDelivery',
      {
        duplicate: oneOf([true], { description: 'the delivery created no job' }),
        jobId: uuid({
          description: 'the active job of this issue, or the job that this delivery created before',
        }),
        status: remarked(JOB_STATUS, { description: 'the status of that job' }),
        queueName: QUEUE_NAME,
        triggerCount: integer({
          minimum: 0,
          description: 'how many further triggers that job has',
          examples: [1],
        }),
      },
      { description: 'A job exists already' },
    ),
    object<{ ignored: true; reason: string }>(
      'IgnoredDelivery',
      {
        ignored: oneOf([true], { description: 'the delivery starts no work' }),
        reason: string({ description: 'why', examples: ['issues edited starts no work'] }),
      },
      { description: 'The delivery starts no work' },
    ),
  ),
  { description: 'The delivery created no job' },
);
