import { DomainError } from '../common/problems/domain-error.js';

/**
 * The `Idempotency-Key` header: 1 to 255 visible ASCII characters; null where there is none.
 *
 * @throws DomainError `invalid-request`
 */
export function readIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw new DomainError('invalid-request', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  }
  return header;
}
