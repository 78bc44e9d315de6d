import { InvalidRequestError } from '../problems/invalid-request.error.js';

/** The deepest nesting of arrays and objects, including the outermost one. */
const DEEPEST_NESTING = 64;
/** The maximum number of members of all objects of one body. */
const MAX_MEMBERS = 10_000;
/** The maximum number of members and elements of all objects and arrays of one body. */
const MAX_VALUES = 100_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Counts the content of a JSON text before a parser creates objects for it: a few bytes can stand for a large object. A
 * text that is not JSON may pass. The parser refuses it later.
 *
 * @throws InvalidRequestError at the first excess, for more than 64 levels, 10,000 members or 100,000 values
 */
export function assertJsonBounds(text: Buffer): void {
  let depth = 0;
  let members = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPENING_BRACKET:
      case OPENING_BRACE:
        depth += 1;
        if (depth > DEEPEST_NESTING) refuse(`is nested more than ${DEEPEST_NESTING} levels deep`);
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth -= 1;
        break;
      case COLON:
        members += 1;
        if (members > MAX_MEMBERS) refuse(`has more than ${MAX_MEMBERS} members`);
        break;
      case COMMA:
        // The first value has no comma before it.
        commas += 1;
        if (commas >= MAX_VALUES) refuse(`has more than ${MAX_VALUES} values`);
        break;
    }
  }
}

function endOfString(text: Buffer, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}

function refuse(what: string): never {
  throw new InvalidRequestError(`The body ${what}.`);
}
