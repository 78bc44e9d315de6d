import { isUUID } from 'class-validator';
import { DomainError } from '../common/problems/domain-error.js';

/** Ids are UUIDv7, so the last id of a page is all that the next one needs. */
export function encodeJobCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** @throws DomainError `invalid-request` for anything that {@link encodeJobCursor} did not make */
export function decodeJobCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (!isUUID(id) || encodeJobCursor(id) !== cursor) {
    throw new DomainError('invalid-request', 'cursor is not one that this list gave.');
  }
  return id;
}
