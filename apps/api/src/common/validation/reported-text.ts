const LONE_SURROGATE_OR_NUL = /\p{Surrogate}|\0/gu;

/**
 * Text that only reports, cut to its limit at a code point and cleaned of what Postgres cannot hold: refusing it would lose the report.
 *
 * @param mostCharacters in code points
 * @returns whether anything was cut or cleaned
 */
export function reportedText(text: string, mostCharacters: number): { text: string; truncated: boolean } {
  // A code point takes at most two units, so no more than the beginning of a long text is looked at.
  const beginning = text.slice(0, 2 * mostCharacters + 1).replaceAll(LONE_SURROGATE_OR_NUL, '\u{FFFD}');
  const kept = [...beginning].slice(0, mostCharacters).join('');
  return { text: kept, truncated: kept !== text };
}
