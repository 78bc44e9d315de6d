import { UnencodableRecordError } from './proof.errors.js';

/** Far above the maximum of `numeric`, and small enough for safe addition. */
const MAX_EXPONENT = 1_000_000;
const NUMBER = /^-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * The canonical text of a number: an integer that does not end in 0, followed by the power of ten to multiply with, if
 * that is not 0.
 *
 * @throws UnencodableRecordError if the text is not a JSON number, or outside the range of `numeric`
 */
export function canonicalNumber(text: string): string {
  const [, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === undefined) throw new UnencodableRecordError('not a number');
  const power = Number(exponent);
  if (Math.abs(power) > MAX_EXPONENT) throw new UnencodableRecordError('a number out of range');
  return canonicalDecimal(text.startsWith('-'), whole + fraction, power - fraction.length);
}

/**
 * ± digits · 10^exponent, as digits without leading and trailing zeros, and the exponent if it is not 0. Zero has no
 * sign.
 */
function canonicalDecimal(negative: boolean, digits: string, exponent: number): string {
  let begin = 0;
  while (digits[begin] === '0') begin += 1;
  if (begin === digits.length) return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  const power = exponent + digits.length - end;
  return `${negative ? '-' : ''}${digits.slice(begin, end)}${power === 0 ? '' : `e${power}`}`;
}
