import { type AnySchema, anyObject, object, oneOf, string, union, uuid } from '../common/openapi/schema.js';
import { LARGEST_ISSUE_NUMBER } from '../common/validation/decorators.js';

const BOT_DELIVERY: AnySchema = {
  name: 'BotDelivery',
  parts: [],
  json: {
    type: 'object',
    required: ['action', 'repository', 'issueNumber'],
    properties: {
      action: { type: 'string', enum: ['assigned', 'mentioned', 'commented'] },
      repository: { type: 'string', description: '`owner/repo`', examples: ['acme/shop'] },
      issueNumber: { type: 'integer', minimum: 1, maximum: LARGEST_ISSUE_NUMBER, examples: [42] },
      comment: { type: ['string', 'null'], examples: ['@mosaic please look into this'] },
    },
    additionalProperties: false,
  },
};

/** Which of them a body is, its event header says. */
export const DELIVERY = union(
  BOT_DELIVERY,
  anyObject({ description: 'what Gitea or GitHub sends for the event that its header names' }),
);

export const DISPATCHED = object<{ jobId: string }>('Dispatched', {
  jobId: uuid({ description: 'of the new job' }),
});

export const NOT_DISPATCHED = union(
  object<{ duplicate: true; jobId: string }>('DuplicateDelivery', {
    duplicate: oneOf([true]),
    jobId: uuid({ description: 'of the job that is active for this issue already' }),
  }),
  object<{ ignored: true; reason: string }>('IgnoredDelivery', {
    ignored: oneOf([true]),
    reason: string({ examples: ['issues edited starts no work'] }),
  }),
);
