import { MAX_ISSUE_NUMBER } from '../common/validation/decorators.js';
import { isRepositoryName } from '../common/validation/repositories.js';
import { isUuid } from '../common/validation/uuid-param.js';
import type { Recognised } from './found.js';

const SECRET = /cr[ko]_[0-9A-Za-z]{16}_[0-9A-Za-z]{20}/;
/** How a key begins, up to a part of its kid, or a kid alone. */
const KID = /^(?:cr[ko]_)?([0-9A-Za-z]{6,16})(?:_.{0,19})?$/;
const ISSUE =
  /^(?:https?:\/\/[^/\s]+\/)?([^/\s#]+\/[^/\s#]+)(?:#|\/(?:issues|pull|pulls)\/)(\d{1,10})(?:[/?#].*)?$/;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

// As conditions: a text that is neither is still a text.
const isId = (text: string): boolean => isUuid(text);
const isRepository = (text: string): boolean => isRepositoryName(text);

/** Whether the text holds a key with its secret, or a good part of it. */
export function holdsSecret(text: string): boolean {
  return SECRET.test(text);
}

/** What the text may be. A text may be several things: `abcdef` is the beginning of a kid and of a name. */
export function recognise(given: string): Recognised {
  const text = given.trim();
  if (isId(text)) return { id: text.toLowerCase(), requestId: text };
  const [, ofIssue, number] = ISSUE.exec(text) ?? [];
  if (ofIssue !== undefined && isRepository(ofIssue) && Number(number) <= MAX_ISSUE_NUMBER) {
    return { repository: ofIssue.toLowerCase(), issueNumber: Number(number) };
  }
  if (isRepository(text)) return { repository: text.toLowerCase(), name: text };
  const [, kid] = KID.exec(text) ?? [];
  return {
    ...(kid !== undefined && { kid }),
    ...(REQUEST_ID.test(text) && { requestId: text }),
    ...(text !== '' && { name: text }),
  };
}
