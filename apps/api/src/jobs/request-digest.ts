import { createHash } from 'node:crypto';

/**
 * SHA-256 over a JSON value with the members of its objects in code-unit order, so that the same body digests alike however
 * it was written (after RFC 8785, without its number formatting: both sides are this process's own).
 */
export function digestOf(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(canonical(value)).digest());
}

function canonical(value: unknown): string {
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
