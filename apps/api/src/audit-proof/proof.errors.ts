/** A record, or its JSON, that cannot be encoded as a leaf. Postgres cannot have written it. */
export class UnencodableRecordError extends Error {
  override readonly name = 'UnencodableRecordError';
}

/** A note, a checkpoint, a verifier key or a frontier that is not in its canonical form. */
export class MalformedProofError extends Error {
  override readonly name = 'MalformedProofError';
}

/** A note without a valid signature of a trusted key: forged, altered, or signed with another key. */
export class UntrustedNoteError extends Error {
  override readonly name = 'UntrustedNoteError';
}

/** A private key that cannot sign checkpoints. The message never quotes it. */
export class UnusableKeyError extends Error {
  override readonly name = 'UnusableKeyError';
}

/** An export that was changed after it was sent. The message says how. */
export class DamagedExportError extends Error {
  override readonly name = 'DamagedExportError';
}
