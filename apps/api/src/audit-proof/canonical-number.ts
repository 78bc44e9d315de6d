import { UnencodableRecordError } from './proof.errors.js';

/** Far beyond what `numeric` holds, and near enough to add to. */
const MAX_EXPONENT = 1_000_000;
const NUMBER = /^-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * The one text for a number: an integer that does not end in 0 and, unless it is 0, the power of ten by which to multiply.
 *
 * @throws UnencodableRecordError where the text is no number of JSON, or beyond all that `numeric` holds
 */
export function canonicalNumber(text: string): string {
  const [, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === undefined) throw new UnencodableRecordError('not a number');
  const power = Number(exponent);
  if (Math.abs(power) > MAX_EXPONENT) throw new UnencodableRecordError('a number out of range');
  return canonicalDecimal(text.startsWith('-'), whole + fraction, power - fraction.length);
}

/** ± digits · 10^exponent, as digits that neither begin nor end in 0, and an exponent where it is not 0; zero has no sign. */
function canonicalDecimal(negative: boolean, digits: string, exponent: number): string {
  let begin = 0;
  while (digits[begin] === '0') begin += 1;
  if (begin === digits.length) return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  const power = exponent + digits.length - end;
  return `${negative ? '-' : ''}${digits.slice(begin, end)}${power === 0 ? '' : `e${power}`}`;
}
