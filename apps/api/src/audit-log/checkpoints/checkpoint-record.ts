/** A checkpoint of the log. Only the note is signed. The other members repeat its content to make it searchable. */
export interface SealedCheckpoint {
  seq: number;
  /** number of records that it covers */
  size: number;
  /** ISO 8601 in UTC with milliseconds */
  sealedAt: string;
  /** C2SP signed note of a tlog-checkpoint; see docs/audit-log-encoding.md */
  note: string;
}

/** Proof that a record is in the tree of a checkpoint: RFC 6962 section 2.1.1. Hashes and bytes are in Base64. */
export interface InclusionProof {
  recordId: string;
  /** the bytes of the record that were hashed; see docs/audit-log-encoding.md */
  leaf: string;
  leafIndex: number;
  leafHash: string;
  /** the audit path, from the leaf upwards */
  proof: string[];
  checkpoint: SealedCheckpoint;
}

/** Proof that the log of a checkpoint begins with the log of an earlier one: RFC 9162 section 2.1.4. */
export interface ConsistencyProof {
  from: SealedCheckpoint;
  to: SealedCheckpoint;
  /** hashes in Base64; empty if both have the same size, or `from` covers no record */
  proof: string[];
}
