import { base64 } from './base64.js';
import { HASH_BYTES } from './merkle-tree.js';
import { MalformedProofError, UntrustedNoteError } from './proof.errors.js';
import { type NoteSigner, openNote, signNote, type VerifierKey } from './signed-note.js';

const CONTINUES = 'continues';
const NEXT_KEY = 'next-key';
/** Length of an Ed25519 public key, in bytes. */
const KEY_BYTES = 32;

/** A tree head in the format of C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint). */
export interface TreeHead {
  /** identity of the log; also the name of its signing key */
  origin: string;
  /** number of leaves */
  size: number;
  root: Buffer;
}

/**
 * The content of a checkpoint's extension lines: only what a verifier can compare with the checkpoints before and
 * after.
 */
export interface Seal {
  /** 0, 1, 2, … without a gap, even if the size does not change, so that a missing checkpoint is noticed */
  seq: number;
  /** ISO 8601, UTC, milliseconds; from the sealer's clock */
  sealedAt: string;
  /**
   * of the sealed Postgres cluster (`pg_control_system()`), in decimal; another value means a restored or replaced
   * database
   */
  systemIdentifier: string;
  /**
   * of that cluster, as in the name of its current WAL file; another value means that it was promoted, or recovered to
   * a point in time
   */
  timeline: number;
  /** only in a continuation: the checkpoint from which the log goes on. The numbers between the two are void */
  continues?: number;
  /** only if the signing key changes: the 32 bytes, in Base64, of the public key that signs all later checkpoints */
  nextKey?: string;
}

export type Checkpoint = TreeHead & Seal;

/**
 * Signs a checkpoint and returns the signed note.
 *
 * @throws MalformedProofError if a member has no canonical form, or a signer's name is not the origin
 */
export function signCheckpoint(checkpoint: Checkpoint, ...signers: NoteSigner[]): string {
  if (signers.some(({ name }) => name !== checkpoint.origin)) {
    throw new MalformedProofError('the name of the signing key must be the origin of the log');
  }
  const text = formatTreeHead(checkpoint, formatSeal(checkpoint));
  // Parsed again, so that nothing is signed that a verifier would refuse.
  parseCheckpoint(text);
  return signNote(text, signers);
}

/**
 * @throws MalformedProofError
 * @throws UntrustedNoteError unless it is signed by a trusted key with the name of the origin
 */
export function openCheckpoint(note: string, trusted: readonly VerifierKey[]): Checkpoint {
  return openSignedCheckpoint(note, trusted).checkpoint;
}

/** Like {@link openCheckpoint}, and returns which of the trusted keys signed it. */
export function openSignedCheckpoint(
  note: string,
  trusted: readonly VerifierKey[],
): { checkpoint: Checkpoint; signedBy: VerifierKey[] } {
  const { text, signedBy } = openNote(note, trusted);
  const checkpoint = parseCheckpoint(text);
  if (!signedBy.some((it) => it.name === checkpoint.origin)) {
    throw new UntrustedNoteError(`a checkpoint of ${checkpoint.origin}, signed by another log`);
  }
  return { checkpoint, signedBy };
}

/**
 * Parses the text without signatures, which proves nothing.
 *
 * @throws MalformedProofError
 */
export function parseCheckpoint(text: string): Checkpoint {
  const { extensions, ...head } = parseTreeHead(text);
  return { ...head, ...parseSeal(extensions) };
}

export function formatTreeHead({ origin, size, root }: TreeHead, extensions: readonly string[] = []): string {
  return [origin, String(size), root.toString('base64'), ...extensions].map((it) => `${it}\n`).join('');
}

/**
 * Parses the checkpoint of any log, with its extension lines unchanged.
 *
 * @throws MalformedProofError
 */
export function parseTreeHead(text: string): TreeHead & { extensions: string[] } {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length < 3 || lines.includes('')) {
    throw new MalformedProofError('a checkpoint is at least three lines, none of them empty');
  }
  const [origin = '', size = '', encodedRoot = '', ...extensions] = lines;
  const root = base64(encodedRoot);
  if (root?.length !== HASH_BYTES) throw new MalformedProofError('the root is not 32 bytes in Base64');
  return { origin, size: parseCount('size', size), root, extensions };
}

function formatSeal({ seq, sealedAt, systemIdentifier, timeline, continues, nextKey }: Seal): string[] {
  return [
    `seq: ${seq}`,
    `sealed-at: ${sealedAt}`,
    `system-identifier: ${systemIdentifier}`,
    `timeline: ${timeline}`,
    ...(continues === undefined ? [] : [`${CONTINUES}: ${continues}`]),
    ...(nextKey === undefined ? [] : [`${NEXT_KEY}: ${nextKey}`]),
  ];
}

function parseSeal(lines: readonly string[]): Seal {
  const [seq = '', sealedAt = '', systemIdentifier = '', timeline = '', ...rest] = lines;
  const continues = rest[0]?.startsWith(`${CONTINUES}: `) ? rest.shift() : undefined;
  const nextKey = rest[0]?.startsWith(`${NEXT_KEY}: `) ? rest.shift() : undefined;
  if (rest.length > 0) throw new MalformedProofError('too many extension lines');
  return {
    ...(continues === undefined
      ? {}
      : { continues: parseCount(CONTINUES, valueAfter(CONTINUES, continues)) }),
    ...(nextKey === undefined ? {} : { nextKey: parseKey(valueAfter(NEXT_KEY, nextKey)) }),
    seq: parseCount('seq', valueAfter('seq', seq)),
    sealedAt: parseTime(valueAfter('sealed-at', sealedAt)),
    systemIdentifier: parseIdentifier(valueAfter('system-identifier', systemIdentifier)),
    timeline: parseCount('timeline', valueAfter('timeline', timeline)),
  };
}

function parseKey(text: string): string {
  if (base64(text)?.length !== KEY_BYTES) throw new MalformedProofError(`not a public key: "${text}"`);
  return text;
}

function valueAfter(key: string, line: string): string {
  if (!line.startsWith(`${key}: `)) throw new MalformedProofError(`expected "${key}: …", found "${line}"`);
  return line.slice(key.length + 2);
}

function parseCount(what: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0 || String(count) !== text) {
    throw new MalformedProofError(`${what} is not a decimal number: "${text}"`);
  }
  return count;
}

function parseTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== text) {
    throw new MalformedProofError(`not a time in UTC with milliseconds: "${text}"`);
  }
  return text;
}

/** 64 bits. Postgres prints them as a signed number. */
function parseIdentifier(text: string): string {
  if (!/^-?[0-9]{1,20}$/.test(text) || String(BigInt(text)) !== text) {
    throw new MalformedProofError(`not a system identifier: "${text}"`);
  }
  return text;
}
