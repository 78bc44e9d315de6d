import { foreignCursor } from '../../common/pagination/cursor.js';

/** A place in the list of checkpoints: the number of the last one that was handed out. */
export function encodeCheckpointCursor(seq: number): string {
  return Buffer.from(`seq:${seq}`).toString('base64url');
}

/** @throws InvalidRequestError for anything that {@link encodeCheckpointCursor} does not write */
export function decodeCheckpointCursor(text: string): number {
  const [, digits] = /^seq:(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  const seq = Number(digits);
  if (digits !== undefined && encodeCheckpointCursor(seq) === text) return seq;
  throw foreignCursor();
}
