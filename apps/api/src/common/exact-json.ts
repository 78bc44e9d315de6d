import { randomUUID } from 'node:crypto';
import { canonicalNumber } from '../audit-proof/canonical-number.js';

/** The limits of PostgreSQL's `numeric`: digits before the point, and after it. */
const MAX_WHOLE_DIGITS = 131_072;
const MAX_FRACTION_DIGITS = 16_383;
/**
 * Marks a number that JSON.parse and JSON.stringify handle as a string. The mark is random and never leaves this
 * process, so no text of a client can look like it.
 */
const MARK = randomUUID();
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** Whether {@link stringifyJson} is running. Marks appear in the output only then. */
let isWriting = false;

/** A number that a double would change, as its text: `1546130668394913822`, `0.10`, `1e400`. */
export class ExactNumber {
  constructor(readonly text: string) {}

  /** Plain JSON.stringify converts it to a double. */
  toJSON(): string | number {
    return isWriting ? MARK + this.text : Number(this.text);
  }
}

/** The same number as a double, such as 1 for `1.0`; an {@link ExactNumber} that a double would change stays one. */
export function doubleIfSame(value: unknown): unknown {
  if (!(value instanceof ExactNumber)) return value;
  const double = Number(value.text);
  const isSame = Number.isFinite(double) && canonicalNumber(String(double)) === canonicalNumber(value.text);
  return isSame ? double : value;
}

/** The JSON text has a number that PostgreSQL cannot hold, or more digits than are taken. */
export class NumberOutOfRangeError extends Error {}

/**
 * Matches a number that a double may change: with 16 digits, an exponent, a fraction that ends in 0, or one that
 * JavaScript writes with an exponent. It also matches a string that looks like such a number. That only makes the
 * parser slower.
 */
const MAY_CHANGE = /(?:^|[[:,\s])-?\d(?:[\d.]{15}|[\d.]*[eE]|\d*\.(?:\d*0(?!\d)|0{6}))/;

/**
 * Matches strings, which are skipped, and numbers. Use it only for text that JSON.parse has accepted, where every
 * string is terminated.
 */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * Like JSON.parse, but a number that JSON.stringify would write differently becomes an {@link ExactNumber}. If a member
 * occurs twice, the last one counts, as in jsonb.
 *
 * Node 20 lacks `context.source` of JSON.parse and JSON.rawJSON, which do the same (docs/adr/0030).
 *
 * @param mostDigits the limit for all exact numbers together, as PostgreSQL writes them: `1e131071` has 8 characters
 * and 131,072 digits
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

/** Like JSON.stringify, but writes each {@link ExactNumber} with its exact digits. */
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

/** Whether both JavaScript and PostgreSQL write the number exactly as it is written here. */
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
  // Zero has no digits to shift, but it has a scale.
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

/** Works in place and without recursion, because the client decides how deep the value is. */
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
