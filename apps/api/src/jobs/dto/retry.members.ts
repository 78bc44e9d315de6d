import { applyDecorators } from '@nestjs/common';
import { About } from '../../common/openapi/describe.js';
import { DateTime, isWhole, Optional } from '../../common/validation/decorators.js';
import { Rule } from '../../common/validation/rule.js';
import { BACKOFFS, type RetryPolicy } from '../job.js';

/** One day and one week, in seconds. */
const MAX_FIRST_DELAY = 86_400;
export const MAX_DELAY = 604_800;

/** {@link RetryPolicy} in a request, where only the delay is required. */
export type GivenRetryPolicy = Pick<RetryPolicy, 'delaySeconds'> & Partial<RetryPolicy>;

/** The member `notBefore` of a new job. */
export const NotBefore = () =>
  applyDecorators(
    Optional(),
    DateTime(),
    About({ description: 'no claim gets the job before this time; a time in the past has no effect' }),
  );

/** The member `retry` of a new job. */
export const Retry = () =>
  applyDecorators(
    Optional(),
    Rule({
      name: 'retryPolicy',
      schema: {
        type: 'object',
        required: ['delaySeconds'],
        properties: {
          delaySeconds: {
            type: 'integer',
            minimum: 1,
            maximum: MAX_FIRST_DELAY,
            description: 'the delay after the first attempt',
            examples: [30],
          },
          backoff: {
            type: 'string',
            enum: BACKOFFS,
            default: 'fixed',
            description: '`fixed`: each delay is the same; `exponential`: it doubles with each attempt',
          },
          maxDelaySeconds: {
            type: 'integer',
            minimum: 1,
            maximum: MAX_DELAY,
            default: MAX_FIRST_DELAY,
            description: 'the maximum of the delay; not below delaySeconds',
            examples: [3_600],
          },
        },
        additionalProperties: false,
        examples: [{ delaySeconds: 30, backoff: 'exponential', maxDelaySeconds: 3_600 }],
      },
      holds: isPolicy,
      says: `must be an object of delaySeconds (1 to ${MAX_FIRST_DELAY}), backoff (${BACKOFFS.join(' or ')}) and maxDelaySeconds (from delaySeconds to ${MAX_DELAY})`,
    }),
    About({
      description:
        'how long the job is held back after its lease expired, or after a fail with `"retry": true`; default: not at all',
    }),
  );

function isPolicy(value: unknown): value is GivenRetryPolicy {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const {
    delaySeconds,
    backoff = 'fixed',
    maxDelaySeconds = MAX_FIRST_DELAY,
    ...unknown
  }: Record<string, unknown> = {
    ...value,
  };
  return (
    Object.keys(unknown).length === 0 &&
    isWhole(delaySeconds, 1, MAX_FIRST_DELAY) &&
    BACKOFFS.some((known) => known === backoff) &&
    isWhole(maxDelaySeconds, delaySeconds, MAX_DELAY)
  );
}

/** @returns null without a policy */
export function toPolicy(given: GivenRetryPolicy | undefined): RetryPolicy | null {
  if (given === undefined) return null;
  const { delaySeconds, backoff = 'fixed', maxDelaySeconds = MAX_FIRST_DELAY } = given;
  return { delaySeconds, backoff, maxDelaySeconds };
}
