import { doubleIfSame } from '../common/exact-json.js';
import { cutReport } from '../common/validation/report-text.js';
import type { Delivery } from '../jobs/delivery.statement.js';
import { MAX_COMMENT_LENGTH, type TriggerAction } from '../jobs/triggers.js';
import { ISSUE_JOB_TYPE, isObject, placeOf } from './delivery.js';
import { mentions } from './mentions.js';

/** A trigger, or why the event starts no work. */
type Reading = { delivery: Omit<Delivery, 'id' | 'digest'> } | { ignored: string };

type Members = Record<string, unknown>;

const MAX_NAME_LENGTH = 255;

/** Whether an event may start work. The bodies of all other events are not parsed. */
export function mayStartWork(event: string): boolean {
  return event === 'issues' || event === 'issue_comment';
}

/**
 * Reads the body that Gitea or GitHub sends for an event. A trigger is an issue that is assigned, a new comment that
 * mentions the bot, or a new issue whose text mentions it. Actions of the bot itself or of another bot are no triggers,
 * nor is anything on a closed or locked issue. The workspace's other conditions are checked by the code that reads its
 * settings.
 *
 * @param event `issues` or `issue_comment`
 * @param bot the bot's account, in lower case
 * @throws DomainError `invalid-request` if a trigger lacks its repository or issue
 */
export function readForgeDelivery(event: string, body: Members, bot: string): Reading {
  const issue = membersOf(body.issue);
  const comment = membersOf(body.comment);
  if (event === 'issues' && body.action === 'assigned') {
    return unlessIdle(body, bot, [body.sender], () =>
      toDelivery(body, { action: 'assigned', text: null, author: null, assignees: assigneesOf(body, issue) }),
    );
  }
  if (event === 'issues' && body.action === 'opened') {
    return unlessIdle(body, bot, [body.sender, issue.user], () =>
      mentions(textOf(issue.body), bot)
        ? toDelivery(body, { action: 'mentioned', text: textOf(issue.body), author: issue, opened: true })
        : { ignored: `the new issue does not mention @${bot}` },
    );
  }
  if (event === 'issue_comment' && body.action === 'created') {
    return unlessIdle(body, bot, [body.sender, comment.user], () =>
      mentions(textOf(comment.body), bot)
        ? toDelivery(body, { action: 'mentioned', text: textOf(comment.body), author: comment })
        : { ignored: `the comment does not mention @${bot}` },
    );
  }
  return { ignored: `${event} ${named(body.action)} starts no work` };
}

/** @param by the accounts that acted */
function unlessIdle(body: Members, bot: string, by: readonly unknown[], otherwise: () => Reading): Reading {
  for (const account of by.map(membersOf)) {
    const login = textOf(account.login).toLowerCase();
    if (login === bot || login === `${bot}[bot]`)
      return { ignored: `actions of @${bot} itself start no work` };
    // An account of an app has a login that no person can have, even if the forge does not say its type.
    if (/^bot$/i.test(textOf(account.type)) || login.endsWith('[bot]'))
      return { ignored: 'actions of a bot start no work' };
  }
  // An unreadable value counts as closed or locked.
  const { state = 'open', locked = false, is_locked: isLocked = false } = membersOf(body.issue);
  if (state !== 'open') return { ignored: 'the issue is closed' };
  // GitHub's member, and Gitea's
  if (locked !== false || isLocked !== false) return { ignored: 'the issue is locked' };
  return otherwise();
}

/** The parts of a trigger that depend on the event. */
interface TriggerParts {
  action: TriggerAction;
  text: string | null;
  /** the object with the author's relation to the repository; null: the forge allows this action to collaborators only */
  author: Members | null;
  assignees?: string[];
  opened?: boolean;
}

function toDelivery(
  body: Members,
  { action, text, author, assignees, opened = false }: TriggerParts,
): Reading {
  const repository = membersOf(body.repository);
  const comment = cutReport(text, MAX_COMMENT_LENGTH);
  const sender = textOf(membersOf(body.sender).login);
  return {
    delivery: {
      type: ISSUE_JOB_TYPE,
      ...placeOf(repository.full_name, membersOf(body.issue).number),
      trigger: {
        action,
        comment,
        sender: sender === '' ? null : cutReport(sender, MAX_NAME_LENGTH),
        metadata: null,
        truncated: comment === text ? [] : ['comment'],
      },
      forge: forgeOf(repository),
      trusted: false,
      association: author === null ? null : associationOf(author),
      assignees: assignees ?? null,
      opened,
    },
  };
}

/** An unreadable value counts as no collaborator. A missing value means that the forge does not report it. */
function associationOf({ author_association: association }: Members): string | null {
  if (association === undefined) return null;
  return typeof association === 'string' && /^[A-Z_]{1,40}$/.test(association) ? association : 'UNREADABLE';
}

/** GitHub names the account that has just been assigned; Gitea names all assignees. An unreadable name is left out. */
function assigneesOf({ assignee }: Members, issue: Members): string[] {
  const given =
    assignee === undefined || assignee === null
      ? [issue.assignee, ...(Array.isArray(issue.assignees) ? issue.assignees : [])]
      : [assignee];
  const names = given.map((it) => textOf(membersOf(it).login).toLowerCase());
  return [...new Set(names.filter((it) => it !== '' && it.length <= MAX_NAME_LENGTH && !it.includes('\0')))];
}

/** null unless both the id and the host can be read */
function forgeOf({ id: givenId, html_url: url }: Members): Delivery['forge'] {
  const id = doubleIfSame(givenId);
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) return null;
  if (typeof url !== 'string' || !URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  return /^https?:$/.test(protocol) && host !== '' && host.length <= MAX_NAME_LENGTH ? { host, id } : null;
}

function named(action: unknown): string {
  return typeof action === 'string' && /^[a-z_]{1,40}$/.test(action) ? action : 'without a known action';
}

function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
