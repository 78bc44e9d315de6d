import { assertJsonSize, assertStorable } from '../common/http/json-body.js';
import { DomainError } from '../common/problems/domain-error.js';
import { cutReport } from '../common/validation/report-text.js';
import type { Delivery } from '../jobs/delivery.statement.js';
import { MAX_COMMENT_LENGTH, TRIGGER_ACTIONS } from '../jobs/triggers.js';
import { ISSUE_JOB_TYPE, isObject, placeOf } from './delivery.js';

const DIGITS = /^[1-9]\d{0,9}$/;

/**
 * Reads the bot's own body: `{ action, repository, issueNumber, comment?, metadata? }`. The issue number may be a
 * number or a string of its digits. The bot has already decided what starts work. So of the workspace's conditions only
 * those for assignees could apply, and the bot names no assignees.
 *
 * @throws DomainError `invalid-request`; `content-too-large` if `metadata` has more than 256 KiB
 */
export function readBotDelivery(body: Record<string, unknown>): Omit<Delivery, 'id' | 'digest'> {
  const { action, repository, issueNumber, comment = null, metadata = null, ...unknown } = body;
  const known = TRIGGER_ACTIONS.find((it) => it === action);
  if (known === undefined) {
    throw new DomainError('invalid-request', 'action must be assigned, mentioned or commented.');
  }
  if (comment !== null && typeof comment !== 'string')
    throw new DomainError('invalid-request', 'comment must be a string.');
  if (metadata !== null && !isObject(metadata))
    throw new DomainError('invalid-request', 'metadata must be a JSON object.');
  if (Object.keys(unknown).length > 0)
    throw new DomainError('invalid-request', 'The body has a member that is not known.');
  const number =
    typeof issueNumber === 'string' && DIGITS.test(issueNumber) ? Number(issueNumber) : issueNumber;
  // Only metadata: cutReport cleans the comment, and placeOf checks the repository and the number.
  assertStorable({ metadata });
  assertJsonSize('metadata', metadata ?? undefined);

  const said = cutReport(comment, MAX_COMMENT_LENGTH);
  return {
    type: ISSUE_JOB_TYPE,
    ...placeOf(repository, number),
    trigger: {
      action: known,
      comment: said,
      sender: null,
      metadata,
      truncated: said === comment ? [] : ['comment'],
    },
    forge: null,
    trusted: true,
    association: null,
    assignees: null,
    opened: false,
  };
}
