/**
 * Control, format (also bidirectional), surrogate, private-use and unassigned characters, and separators of lines and paragraphs. What
 * stands in a log or a file was chosen by others, and must not move a terminal's cursor or turn a line around.
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** Characters of one sentence in a report. */
const LONGEST = 2_000;

/** Text on one line, as a report may show it: `\u{1b}` for a character that is not to be printed. */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
  return cut.replace(UNPRINTABLE, (it) => `\\u{${(it.codePointAt(0) ?? 0).toString(16)}}`);
}
