import { isString } from 'class-validator';
import { Rule } from './rule.js';

const LONGEST = 100;
/** One line that begins and ends with something visible. */
const DISPLAY_NAME =
  /^[^\s\p{Cc}\p{Bidi_Control}](?:[^\p{Cc}\p{Bidi_Control}]*[^\s\p{Cc}\p{Bidi_Control}])?$/u;

/** A name for people: 1 to 100 characters, no control characters (nor those that turn the direction of text), no white space at either end. */
export function DisplayName() {
  return Rule({
    name: 'displayName',
    schema: { type: 'string', minLength: 1, maxLength: LONGEST, examples: ['Orchestrator'] },
    holds: (value) => isString(value) && value.length <= LONGEST && DISPLAY_NAME.test(value),
    says: `must have 1 to ${LONGEST} characters, none of them a control character, and no white space at either end`,
  });
}
