/** RFC 9110, section 8.8.3; a comma may stand in a tag. */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e]*"/g;
const ENTITY_TAGS = new RegExp(`^\\s*${ENTITY_TAG.source}(?:\\s*,\\s*${ENTITY_TAG.source})*\\s*$`);

/** The tags of a list as they stand in `If-Match` or `If-None-Match`; undefined if it is none. */
export function entityTagsIn(header: string): string[] | undefined {
  return ENTITY_TAGS.test(header) ? Array.from(header.matchAll(ENTITY_TAG), ([tag]) => tag) : undefined;
}

/**
 * Whether `If-None-Match` names the tag, so that the client has what it asks for (RFC 9110, section 13.1.2): by the weak comparison, or by
 * `*`. A header that cannot be read names nothing: the client then gets the whole answer.
 */
export function isKnownTo(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return entityTagsIn(ifNoneMatch)?.some((tag) => opaque(tag) === opaque(etag)) ?? false;
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}
