import { createHash } from 'node:crypto';
import { doubleIfSame, ExactNumber } from '../common/exact-json.js';
import { type BodyType, type ReceivedBody } from '../common/http/body-limit.js';
import { parseUnchecked } from '../common/http/json-body.js';
import { DomainError } from '../common/problems/domain-error.js';
import { MAX_ISSUE_NUMBER } from '../common/validation/decorators.js';
import { isRepositoryName } from '../common/validation/repositories.js';
import type { Delivery } from '../jobs/delivery.statement.js';

/** Type of the jobs that deliveries make. All triggers of one issue ask for the same work. */
export const ISSUE_JOB_TYPE = 'issue';

/** The event and the id of a delivery, from its headers. */
export interface DeliveryHeaders {
  /** `X-Gitea-Event` or `X-GitHub-Event`; null: the bot's own body */
  event: string | null;
  /** `X-Gitea-Delivery` or `X-GitHub-Delivery` */
  id: string | null;
}

export type Reading = { delivery: Delivery } | { ignored: string };

/** Parses the body of a delivery: JSON, or a form whose member `payload` is JSON. */
export function parseDelivery({ bytes, type }: ReceivedBody): Record<string, unknown> {
  const value = parseUnchecked(jsonIn(bytes, type));
  if (!isObject(value)) throw new DomainError('invalid-request', 'The body must be a JSON object.');
  return value;
}

function jsonIn(bytes: Buffer, type: BodyType): Buffer {
  if (type === 'json') return bytes;
  if (type !== 'form') {
    throw new DomainError(
      'unsupported-media-type',
      'The body must be application/json, or a form with the member payload.',
    );
  }
  // Split at the first `&` only: forges send no other member, and an attacker could send a million.
  const [member = '', ...others] = bytes.toString('latin1').split('&', 2);
  if (!member.startsWith('payload=') || others.length > 0) {
    throw new DomainError('invalid-request', 'The form must have the member payload, and no other.');
  }
  try {
    return Buffer.from(decodeURIComponent(member.slice('payload='.length).replaceAll('+', ' ')));
  } catch {
    throw new DomainError('malformed-json', 'The member payload has a percent-encoding that is not UTF-8.');
  }
}

/** Identifies a delivery by what its signature covers. */
export function digestOfBody({ bytes }: ReceivedBody): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}

/** @throws DomainError `invalid-request` */
export function placeOf(
  repository: unknown,
  givenNumber: unknown,
): Pick<Delivery, 'repository' | 'issueNumber'> {
  if (!isRepositoryName(repository)) {
    throw new DomainError('invalid-request', 'repository must be owner/repo.');
  }
  const issueNumber = doubleIfSame(givenNumber);
  if (
    typeof issueNumber !== 'number' ||
    !Number.isInteger(issueNumber) ||
    issueNumber < 1 ||
    issueNumber > MAX_ISSUE_NUMBER
  ) {
    throw new DomainError('invalid-request', 'The issue number must be a positive integer.');
  }
  return { repository: repository.toLowerCase(), issueNumber };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}
