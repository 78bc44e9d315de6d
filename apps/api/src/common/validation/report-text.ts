import { applyDecorators } from '@nestjs/common';
import { About } from '../openapi/describe.js';
import { REPORT_TEXT, Rule } from './rule.js';

const UNSTORABLE = /\0|\p{Surrogate}/gu;
/** Unicode's replacement character. */
const REPLACEMENT = '\uFFFD';

/**
 * A text that only reports, such as an error. It may be longer than what is stored, and contain what Postgres cannot
 * store, or nothing at all. If it were refused, the attempt would remain without its end. {@link cutReport} makes it fit.
 *
 * @param nullable whether null is taken too, with the same meaning as no member
 */
export function ReportText({ most, nullable = false }: { most: number; nullable?: boolean }) {
  return applyDecorators(
    Rule({
      name: REPORT_TEXT,
      schema: { type: nullable ? ['string', 'null'] : 'string' },
      holds: (value) => typeof value === 'string' || (nullable && value === null),
      says: nullable ? 'must be a string or null' : 'must be a string',
    }),
    About({ description: `of more than ${most} characters the first ones are kept` }),
  );
}

/**
 * The first `most` characters (code points) of a text, with U+FFFD for each NUL and each half of a surrogate pair.
 *
 * @param text the text; null stays null
 */
export function cutReport<T extends string | null>(text: T, most: number): T | string {
  if (text === null) return text;
  return firstCharacters(text, most).replace(UNSTORABLE, REPLACEMENT);
}

function firstCharacters(text: string, most: number): string {
  // Each character has one or two code units.
  if (text.length <= most) return text;
  let characters = 0;
  let end = 0;
  while (end < text.length && characters < most) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
    characters += 1;
  }
  return text.slice(0, end);
}
