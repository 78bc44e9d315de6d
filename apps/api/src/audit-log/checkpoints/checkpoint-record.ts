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
  disclosures: Disclosures;
}

/** A value to which the leaf has only a commitment: SHA-256 of the salt and the value. */
export interface Disclosure {
  value: string;
  /** in Base64 */
  salt: string;
}

/** The personal values of a record. Null: none, or erased. */
export interface Disclosures {
  sourceIp: Disclosure | null;
  userAgent: Disclosure | null;
}

/** Why a record of several is not proven. */
export const UNPROVEN_CODES = ['not-found', 'record-unsealed'] as const;

export interface Unproven {
  recordId: string;
  code: (typeof UNPROVEN_CODES)[number];
}

/** Proofs of several records against one checkpoint. */
export interface InclusionProofs {
  /** null: there is none yet */
  checkpoint: SealedCheckpoint | null;
  /** in the order of the request */
  items: (Omit<InclusionProof, 'checkpoint'> | Unproven)[];
}

/** The key that signs checkpoints now. */
export interface CheckpointKey {
  /** C2SP: name, id and public key in one line */
  verifierKey: string;
  publicKeyPem: string;
}

/** Proof that the log of a checkpoint begins with the log of an earlier one: RFC 9162 section 2.1.4. */
export interface ConsistencyProof {
  from: SealedCheckpoint;
  to: SealedCheckpoint;
  /** hashes in Base64; empty if both have the same size, or `from` covers no record */
  proof: string[];
}
