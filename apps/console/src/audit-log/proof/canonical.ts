/**
 * Canonical JSON of docs/audit-log-encoding.md: members by name, numbers as an integer and a power of ten. A page reads numbers
 * as doubles, so a number of more than 17 digits cannot be compared here.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, it]) => it !== undefined)
    // By UTF-16 code units, as JavaScript compares strings.
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, it]) => `${JSON.stringify(name)}:${canonicalJson(it)}`);
  return `{${members.join(',')}}`;
}

function canonicalNumber(value: number): string {
  if (value === 0) return '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '').replace(/0+$/, '');
  const power = Number(exponent) - (digits.length - 1);
  return `${sign}${digits}${power === 0 ? '' : `e${power}`}`;
}
