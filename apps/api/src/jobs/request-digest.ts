import { createHash } from 'node:crypto';
import { canonicalNumber } from '../audit-proof/canonical-number.js';
import { doubleIfSame, ExactNumber } from '../common/exact-json.js';

/**
 * SHA-256 over a JSON value, with object members in code-unit order. So equal bodies have equal digests, however they
 * are written. It follows RFC 8785, except that two different numbers never get the same text: `1.0` is 1, and 2⁵³ + 1
 * is not 2⁵³.
 */
export function digestOf(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(canonical(value)).digest());
}

function canonical(value: unknown): string {
  if (value instanceof ExactNumber) {
    // As JavaScript writes it if a double holds it.
    const number = doubleIfSame(value);
    return number === value ? canonicalNumber(value.text) : JSON.stringify(number);
  }
  // as JSON has it: a Date has no members
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
