import {
  type AnySchema,
  anyObject,
  integer,
  object,
  oneOf,
  string,
  union,
  uuid,
} from '../common/json-schema.js';
import { MAX_ISSUE_NUMBER } from '../common/validation/decorators.js';
import { JOB_STATUSES } from '../jobs/job.js';
import { JOB } from '../jobs/job.schema.js';
import { TRIGGER_ACTIONS } from '../jobs/triggers.js';
import type { DispatchedJob, JobNotice } from './stitcher.service.js';

const BOT_DELIVERY: AnySchema = {
  name: 'BotDelivery',
  parts: [],
  json: {
    type: 'object',
    required: ['action', 'repository', 'issueNumber'],
    properties: {
      action: { type: 'string', enum: TRIGGER_ACTIONS },
      repository: { type: 'string', description: '`owner/repo`', examples: ['acme/shop'] },
      issueNumber: {
        description: 'a number, or its digits as text',
        anyOf: [
          { type: 'integer', minimum: 1, maximum: MAX_ISSUE_NUMBER },
          { type: 'string', pattern: '^[1-9][0-9]{0,9}$' },
        ],
        examples: [42],
      },
      comment: { type: ['string', 'null'], examples: ['@mosaic please look into this'] },
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
  description: 'what Gitea or GitHub sends for the event that its header names',
});

/** The event header determines which of the two the body is. */
export const DELIVERY = union(BOT_DELIVERY, FORGE_DELIVERY);

const QUEUE_NAME = string({ description: "the job's type", examples: ['issue'] });

export const DISPATCHED = object<JobNotice>('Dispatched', {
  jobId: uuid({ description: 'of the new job' }),
  status: oneOf(JOB_STATUSES, { examples: ['PENDING'] }),
  queueName: QUEUE_NAME,
});

export const DISPATCHED_JOB = object<DispatchedJob>('DispatchedJob', {
  ...JOB.members,
  jobId: uuid({ description: 'the same as `id`' }),
  queueName: QUEUE_NAME,
});

export const NOT_DISPATCHED = union(
  object<{ duplicate: true; triggerCount: number } & JobNotice>('DuplicateDelivery', {
    duplicate: oneOf([true]),
    jobId: uuid({
      description: 'of the job that is active for this issue already, or that this delivery led to before',
    }),
    status: oneOf(JOB_STATUSES),
    queueName: QUEUE_NAME,
    triggerCount: integer({ minimum: 0, description: 'further triggers of that job', examples: [1] }),
  }),
  object<{ ignored: true; reason: string }>('IgnoredDelivery', {
    ignored: oneOf([true]),
    reason: string({ examples: ['issues edited starts no work'] }),
  }),
);
