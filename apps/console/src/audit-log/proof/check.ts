import { client } from '../../api';
import type { AuditRecord, Checkpoint } from '../../generated/schema';
import { areEqual, type Bytes, fromBase64, join, sha256, toHex, utf8 } from './bytes';
import { canonicalJson } from './canonical';
import { decodeLeaf, type Leaf } from './leaf';
import { isConsistent, leafHash, rootOf } from './merkle';
import { isSignedBy, parseCheckpoint, readVerifierKey, type SignedCheckpoint } from './note';
import { noteCheckpoint, rememberedLog } from './pinned-key';

/** What was found out about a record, in this browser. */
export type Verdict =
  | { kind: 'verified'; erased: boolean; position: number; checkpoint: SignedCheckpoint; leaf: Leaf }
  /** no key is pinned, so the server itself says who signed */
  | { kind: 'consistent'; position: number; checkpoint: SignedCheckpoint; leaf: Leaf }
  | { kind: 'unsealed' }
  /** the record shown is not the one that was sealed */
  | { kind: 'mismatch'; fields: string[]; evidence: unknown }
  | { kind: 'wrong-signer'; pinnedAt: string; evidence: unknown }
  | { kind: 'history-changed'; seq: number; seenAt: string; evidence: unknown }
  | { kind: 'unchecked'; why: string };

export interface Disclosure {
  value: string;
  salt: string;
}

/** A record's proof, from the route for one or for many. */
export interface Proof {
  recordId: string;
  leaf: string;
  leafIndex: number;
  proof: readonly string[];
  disclosures?: { sourceIp: Disclosure | null; userAgent: Disclosure | null } | undefined;
}

/** Whether this browser can check anything here. */
export function canCheck(): boolean {
  return window.isSecureContext && 'subtle' in crypto;
}

/** Compares, hashes, and checks the signature: what is shown is what was proven. */
export async function checkProof(
  record: AuditRecord,
  proof: Proof,
  checkpoint: Checkpoint,
): Promise<Verdict> {
  const evidence = { record, proof, checkpoint };
  const bytes = fromBase64(proof.leaf);
  const leaf = decodeLeaf(bytes);
  const fields = await differencesOf(record, leaf, proof);
  if (fields.length > 0) return { kind: 'mismatch', fields, evidence };

  const signed = parseCheckpoint(checkpoint.note);
  const root = await rootOf(await leafHash(bytes), proof.leafIndex, signed.size, proof.proof.map(fromBase64));
  if (root === undefined || !areEqual(root, signed.root))
    return { kind: 'mismatch', fields: ['the tree'], evidence };

  const trusted = await trustOf(signed, checkpoint, evidence);
  if (trusted !== undefined && trusted !== 'unpinned') return trusted;
  const found = { position: proof.leafIndex, checkpoint: signed, leaf };
  if (trusted === 'unpinned') return { kind: 'consistent', ...found };
  return { kind: 'verified', erased: isErased(record, leaf), ...found };
}

/** Who signed, and whether the log still contains what this browser saw before. @returns undefined if all is well */
export async function trustOf(
  signed: SignedCheckpoint,
  checkpoint: Checkpoint,
  evidence: unknown,
): Promise<Verdict | 'unpinned' | undefined> {
  const { key, seen } = rememberedLog();
  if (key === undefined) return 'unpinned';
  if (!(await isSignedBy(signed, await readVerifierKey(key.text, signed.origin)))) {
    return { kind: 'wrong-signer', pinnedAt: key.pinnedAt, evidence };
  }
  if (seen !== undefined && !(await contains(signed, checkpoint, seen))) {
    return { kind: 'history-changed', seq: seen.seq, seenAt: seen.at, evidence };
  }
  noteCheckpoint({ seq: signed.seq, size: signed.size, note: checkpoint.note });
  return undefined;
}

async function contains(
  signed: SignedCheckpoint,
  checkpoint: Checkpoint,
  seen: { seq: number; note: string },
): Promise<boolean> {
  const older = parseCheckpoint(seen.note);
  if (older.seq === signed.seq) return areEqual(older.root, signed.root) && older.size === signed.size;
  const [from, to] = older.seq < signed.seq ? [older, signed] : [signed, older];
  const { data } = await client.GET('/audit-log/checkpoints/{seq}/consistency', {
    params: { path: { seq: to.seq }, query: { from: from.seq } },
  });
  if (data === undefined) return false;
  // The proof must be between the very checkpoints that were signed, whatever the answer says of them.
  const isSame = data.to.note === (to === signed ? checkpoint.note : seen.note);
  return isSame && (await isConsistent(from, to, data.proof.map(fromBase64)));
}

const COMPARED = [
  'id',
  'occurredAt',
  'actorType',
  'actorId',
  'actorName',
  'keyId',
  'action',
  'outcome',
  'reason',
  'workspaceId',
  'resourceType',
  'resourceId',
  'rev',
  'requestId',
  'occurrences',
] as const;

async function differencesOf(record: AuditRecord, leaf: Leaf, proof: Proof): Promise<string[]> {
  const fields: string[] = COMPARED.filter((field) => leaf[field] !== record[field]);
  if (canonicalJson(record.changes) !== leaf.changes)
    fields.push(...changedFields(record.changes, leaf.changes));
  for (const field of ['sourceIp', 'userAgent'] as const) {
    const disclosure = proof.disclosures?.[field];
    const commitment = leaf[field];
    if (disclosure === null || disclosure === undefined) {
      // Erased, or never there: a value that is shown must have been committed to.
      if (record[field] !== null && (commitment === null || proof.disclosures !== undefined))
        fields.push(field);
      continue;
    }
    const salted = join(saltOf(disclosure.salt), utf8(disclosure.value));
    if (toHex(await sha256(salted)) !== commitment || disclosure.value !== record[field]) fields.push(field);
  }
  return fields;
}

function changedFields(shown: AuditRecord['changes'], sealed: string): string[] {
  const old: Record<string, unknown> = JSON.parse(sealed);
  const names = new Set([...Object.keys(shown), ...Object.keys(old)]);
  const differing = [...names].filter((name) => canonicalJson(shown[name]) !== canonicalJson(old[name]));
  return differing.length === 0 ? ['changes'] : differing.map((name) => `changes.${name}`);
}

function saltOf(text: string): Bytes {
  return fromBase64(text);
}

function isErased(record: AuditRecord, leaf: Leaf): boolean {
  return (
    (leaf.sourceIp !== null && record.sourceIp === null) ||
    (leaf.userAgent !== null && record.userAgent === null)
  );
}
