/** A record, or the JSON in it, that has no leaf: what Postgres can't have written. */
export class UnencodableRecordError extends Error {
  override readonly name = 'UnencodableRecordError';
}

/** A note, a checkpoint, a verifier key or a frontier that is not in its one canonical form. */
export class MalformedProofError extends Error {
  override readonly name = 'MalformedProofError';
}

/** A note without a valid signature of a key that is trusted: forged, altered, or signed by somebody else. */
export class UntrustedNoteError extends Error {
  override readonly name = 'UntrustedNoteError';
}

/** A private key that can't sign checkpoints. The message never quotes it. */
export class UnusableKeyError extends Error {
  override readonly name = 'UnusableKeyError';
}

/** An export that is no longer as it was sent; the message says what was done to it. */
export class DamagedExportError extends Error {
  override readonly name = 'DamagedExportError';
}
