import { entityTagsIn } from '../common/http/entity-tags.js';
import { DomainError } from '../common/problems/domain-error.js';

const MAX_REV = 2_147_483_647;

/**
 * The revs that an `If-Match` header names (RFC 9110, section 13.1.1); null for no header and for `*`. A weak tag, or a
 * tag that this API did not make, matches nothing, because the comparison is strong.
 *
 * @throws DomainError `invalid-request` if the header is not a list of entity tags
 */
export function parseIfMatch(header: string | undefined): number[] | null {
  if (header === undefined || header.trim() === '*') return null;
  const tags = entityTagsIn(header);
  if (tags === undefined) {
    throw new DomainError('invalid-request', 'If-Match must be * or a list of entity tags such as "3".');
  }
  return tags
    .map((tag) => /^"(\d{1,10})"$/.exec(tag)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .filter((rev) => rev <= MAX_REV);
}
