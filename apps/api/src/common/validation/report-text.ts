import { applyDecorators } from '@nestjs/common';
import { IsNotEmpty } from 'class-validator';
import { About } from '../openapi/describe.js';
import { REPORT_TEXT, Rule } from './rule.js';

const UNSTORABLE = /\0|\p{Surrogate}/gu;
/** What Unicode has for a character that cannot be shown. */
const REPLACEMENT = '\uFFFD';

/**
 * A text that only reports, such as an error: it may be longer than what is kept, and have what Postgres cannot hold. Who refused it would
 * leave the run without its end. {@link cutReport} makes it fit.
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
 * @param text given; null stays null
 */
export function cutReport<T extends string | null>(text: T, most: number): T | string {
  if (text === null) return text;
  return firstCharacters(text, most).replace(UNSTORABLE, REPLACEMENT);
}

function firstCharacters(text: string, most: number): string {
  // Each has one or two code units.
  if (text.length <= most) return text;
  let characters = 0;
  let end = 0;
  while (end < text.length && characters < most) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
    characters += 1;
  }
  return text.slice(0, end);
}
