/**
 * Control, format (including bidirectional), surrogate, private-use and unassigned characters, and line and paragraph
 * separators. The texts of a log or a file come from others. They must not move a terminal's cursor or reverse a line.
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** Maximum length of one sentence in a report, in characters. */
const MAX_LENGTH = 2_000;

/** The text on one line, as a report may show it: an unprintable character becomes `\u{1b}`, for example. */
export function printable(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)` : text;
  return cut.replace(UNPRINTABLE, (it) => `\\u{${(it.codePointAt(0) ?? 0).toString(16)}}`);
}
