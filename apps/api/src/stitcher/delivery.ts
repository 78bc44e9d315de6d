import { DomainError } from '../common/problems/domain-error.js';
import { LARGEST_ISSUE_NUMBER } from '../common/validation/decorators.js';
import { isRepositoryName } from '../common/validation/repositories.js';

/** Why an issue wants a job. */
export type TriggerAction = 'assigned' | 'mentioned' | 'commented';

/** What a delivery asks for. The workspace is never in it: the registry knows whose repository it is. */
export interface Trigger {
  action: TriggerAction;
  /** `owner/repo`, in lower case */
  repository: string;
  issueNumber: number;
  comment: string | null;
}

export type Delivery = { trigger: Trigger } | { ignored: string };

/** The account whose mention in a comment starts work. */
const MENTION = /(^|[^\w@/.-])@mosaic(?![\w-])/i;

/**
 * Reads a webhook delivery: the bot's own body where no event is named, else the body that Gitea or GitHub sends for `event`
 * (the value of `X-Gitea-Event` or `X-GitHub-Event`). Only an `issues` event that assigns, and an `issue_comment` that is new
 * and mentions @mosaic, are triggers; everything else is ignored, whatever its form.
 *
 * @throws DomainError `invalid-request` for a trigger that lacks its repository or issue
 */
export function readDelivery(event: string | null, body: unknown): Delivery {
  if (!isObject(body)) throw new DomainError('invalid-request', 'The body must be a JSON object.');
  if (event === null) return readBotDelivery(body);
  const { action } = body;
  if (event === 'issues') {
    return action === 'assigned'
      ? { trigger: hosted(body, 'assigned', null) }
      : { ignored: `issues ${named(action)} starts no work` };
  }
  if (event === 'issue_comment') {
    if (action !== 'created') return { ignored: `issue_comment ${named(action)} starts no work` };
    const comment = isObject(body.comment) && typeof body.comment.body === 'string' ? body.comment.body : '';
    if (!MENTION.test(comment)) return { ignored: 'the comment does not mention @mosaic' };
    return { trigger: hosted(body, 'mentioned', comment) };
  }
  return { ignored: 'this event starts no work' };
}

function readBotDelivery(body: Record<string, unknown>): Delivery {
  const { action, repository, issueNumber, comment = null, ...unknown } = body;
  if (action !== 'assigned' && action !== 'mentioned' && action !== 'commented') {
    throw new DomainError('invalid-request', 'action must be assigned, mentioned or commented.');
  }
  if (comment !== null && typeof comment !== 'string')
    throw new DomainError('invalid-request', 'comment must be a string.');
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined)
    throw new DomainError('invalid-request', 'The body has a member that is not known.');
  return { trigger: { action, ...place(repository, issueNumber), comment } };
}

function hosted(body: Record<string, unknown>, action: TriggerAction, comment: string | null): Trigger {
  const repository = isObject(body.repository) ? body.repository.full_name : undefined;
  const issueNumber = isObject(body.issue) ? body.issue.number : undefined;
  return { action, ...place(repository, issueNumber), comment };
}

function place(repository: unknown, issueNumber: unknown): Pick<Trigger, 'repository' | 'issueNumber'> {
  if (!isRepositoryName(repository)) {
    throw new DomainError('invalid-request', 'repository must be owner/repo.');
  }
  if (
    typeof issueNumber !== 'number' ||
    !Number.isInteger(issueNumber) ||
    issueNumber < 1 ||
    issueNumber > LARGEST_ISSUE_NUMBER
  ) {
    throw new DomainError('invalid-request', 'The issue number must be a positive integer.');
  }
  return { repository: repository.toLowerCase(), issueNumber };
}

function named(action: unknown): string {
  return typeof action === 'string' && /^[a-z_]{1,40}$/.test(action) ? action : 'without a known action';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
