/** RFC 9110, section 8.8.3. A tag may contain a comma. */
const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e]*"/g;
const ENTITY_TAGS = new RegExp(`^\\s*${ENTITY_TAG.source}(?:\\s*,\\s*${ENTITY_TAG.source})*\\s*$`);

/**
 * Returns the tags of a list as written in `If-Match` or `If-None-Match`; undefined if the header is not a list of
 * tags.
 */
export function entityTagsIn(header: string): string[] | undefined {
  return ENTITY_TAGS.test(header) ? Array.from(header.matchAll(ENTITY_TAG), ([tag]) => tag) : undefined;
}

/**
 * Whether `If-None-Match` names the tag, by the weak comparison or by `*`, so that the client already has the answer
 * (RFC 9110, section 13.1.2). A malformed header names nothing: the client then gets the whole answer.
 */
export function isKnownTo(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return entityTagsIn(ifNoneMatch)?.some((tag) => opaque(tag) === opaque(etag)) ?? false;
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}
