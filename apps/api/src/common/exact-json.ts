import { randomUUID } from 'node:crypto';

/** What `numeric` of PostgreSQL holds: digits before the point, and after it. */
const MAX_WHOLE_DIGITS = 131_072;
const MAX_FRACTION_DIGITS = 16_383;
/**
 * Stands before a number while JSON.parse and JSON.stringify take it for a string. It is random and never leaves this process, so that no
 * text of a client can look like it.
 */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** Whether {@link stringifyJson} is at work, so that nothing else gets to see a mark. */
let isWriting = false;

/** A number that a double would change, as its text: `1546130668394913822`, `0.10`, `1e400`. */
export class ExactNumber {
  constructor(readonly text: string) {}

  /** JSON.stringify by itself makes a double of it. */
  toJSON(): string | number {
    return isWriting ? MARK + this.text : Number(this.text);
  }
}

/** The JSON text has a number that PostgreSQL cannot hold, or more digits than are taken. */
export class NumberOutOfRangeError extends Error {}

/**
 * A number with 16 digits, an exponent, a fraction that ends in 0, or one that JavaScript writes with an exponent; or a string that looks
 * as if it had one, for which the parser then takes longer.
 */
const MAY_CHANGE = /(?:^|[[:,\s])-?\d(?:[\d.]{15}|[\d.]*[eE]|\d*\.(?:\d*0(?!\d)|0{6}))/;

/** Strings, which are passed over, and numbers. Only for text that JSON.parse has accepted: all strings in it have an end. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * As JSON.parse, but a number that would not be written again as it was is an {@link ExactNumber}. Of a member that is named twice, the
 * last one counts, as in jsonb.
 *
 * Node 20 has neither `context.source` of JSON.parse nor JSON.rawJSON, which do the same (docs/adr/0030).
 *
 * @param mostDigits of all its exact numbers as PostgreSQL writes them: `1e131071` has 8 characters and 131,072 digits
 * @throws SyntaxError, NumberOutOfRangeError
 */
export function parseJson(text: string, mostDigits = Number.POSITIVE_INFINITY): unknown {
  const value: unknown = JSON.parse(text);
  if (!MAY_CHANGE.test(text)) return value;
  let written = 0;
  let marked = false;
  const withMarks = text.replace(TOKEN, (token) => {
    if (token.startsWith('"') || survives(token)) return token;
    written += writtenDigits(token);
    if (written > mostDigits) throw new NumberOutOfRangeError('the numbers have too many digits');
    marked = true;
    return `"${MARK}${token}"`;
  });
  return marked ? unmarked(JSON.parse(withMarks)) : value;
}

/** As JSON.stringify, with each {@link ExactNumber} as its digits. */
export function stringifyJson(value: unknown): string {
  isWriting = true;
  let text: string;
  try {
    text = JSON.stringify(value);
  } finally {
    isWriting = false;
  }
  return text.includes(MARK) ? text.replace(MARKED, '$1') : text;
}

/** Whether JavaScript writes the number as it is written here, and PostgreSQL too. */
function survives(number: string): boolean {
  return String(Number(number)) === number && !number.includes('e');
}

/** How many digits PostgreSQL writes for the number. */
function writtenDigits(number: string): number {
  if (number.length < MAX_FRACTION_DIGITS && !/[eE]/.test(number)) return number.length;
  const [, digits = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const power = Number(exponent);
  const whole = digits.length + power;
  const places = fraction.length - power;
  // Zero has no digits to move, but a scale.
  const isZero = !/[1-9]/.test(digits + fraction);
  if (
    (whole > MAX_WHOLE_DIGITS && !isZero) ||
    places > MAX_FRACTION_DIGITS ||
    Math.abs(power) > MAX_WHOLE_DIGITS
  ) {
    throw new NumberOutOfRangeError('a number is out of range');
  }
  return Math.max(whole, 1) + Math.max(places, 0);
}

type Container = unknown[] | Record<string, unknown>;

/** In place, and not by recursion: who wrote the text decides how deep it is. */
function unmarked(root: unknown): unknown {
  const holder = { root };
  const left: Container[] = [holder];
  const read = (value: unknown): unknown => {
    if (typeof value === 'string' && value.startsWith(MARK)) return new ExactNumber(value.slice(MARK.length));
    if (isContainer(value)) left.push(value);
    return value;
  };
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (Array.isArray(next)) for (let at = 0; at < next.length; at += 1) next[at] = read(next[at]);
    else for (const name of Object.keys(next)) next[name] = read(next[name]);
  }
  return holder.root;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}
