import { applyDecorators } from '@nestjs/common';
import { IsNotEmpty } from 'class-validator';
import { About } from '../openapi/describe.js';
import { REPORT_TEXT, Rule } from './rule.js';

const UNSTORABLE = /\0|\p{Surrogate}/gu;
/** Unicode's replacement character. */
const REPLACEMENT = '\uFFFD';

/**
 * A text that only reports, such as an error. It may be longer than what is stored, and contain what Postgres cannot
 * store. If it were refused, the attempt would remain without its end. {@link cutReport} makes it fit.
 */
export function ReportText({ most, canBeEmpty = true }: { most: number; canBeEmpty?: boolean }) {
  return applyDecorators(
    Rule({
      name: REPORT_TEXT,
      schema: { type: 'string' },
      holds: (value) => typeof value === 'string',
      says: 'must be a string',
    }),
    About({ description: `of more than ${most} characters the first ones are kept` }),
    ...(canBeEmpty ? [] : [IsNotEmpty()]),
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
