import { base64 } from './base64.js';
import { HASH_BYTES } from './merkle-tree.js';
import { MalformedProofError, UntrustedNoteError } from './proof.errors.js';
import { type NoteSigner, openNote, signNote, type VerifierKey } from './signed-note.js';

const CONTINUES = 'continues';
const NEXT_KEY = 'next-key';
/** Of an Ed25519 public key. */
const KEY_BYTES = 32;

/** A tree head in the form of C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint). */
export interface TreeHead {
  /** which log; the name of the key that signs for it */
  origin: string;
  /** how many leaves */
  size: number;
  root: Buffer;
}

/**
 * What stands in the extension lines of a checkpoint: what a verifier can hold against the checkpoints before and after, and
 * nothing else.
 */
export interface Seal {
  /** 0, 1, 2, … without a gap, also where the size stays the same: a missing checkpoint shows */
  seq: number;
  /** ISO 8601, UTC, milliseconds; by the sealer's clock */
  sealedAt: string;
  /** of the Postgres cluster that was sealed (`pg_control_system()`), in decimal: another one is a restored or swapped database */
  systemIdentifier: string;
  /** of that cluster, as its present WAL file is named: another one means that it was promoted or recovered to a point in time */
  timeline: number;
  /** only where the log was continued on purpose: the checkpoint it goes on from. Numbers between the two are void */
  continues?: number;
  /** only where the signing key changes: the 32 bytes, in Base64, of the public key that signs all later checkpoints */
  nextKey?: string;
}

export type Checkpoint = TreeHead & Seal;

/** A signed note. @throws MalformedProofError where a member has no canonical form, or a signer is not that of the origin */
export function signCheckpoint(checkpoint: Checkpoint, ...signers: NoteSigner[]): string {
  if (signers.some(({ name }) => name !== checkpoint.origin)) {
    throw new MalformedProofError('a log signs with a key that bears its origin');
  }
  const text = formatTreeHead(checkpoint, formatSeal(checkpoint));
  // Read back, so that nothing is signed that a verifier would refuse to read.
  parseCheckpoint(text);
  return signNote(text, signers);
}

/**
 * @throws MalformedProofError
 * @throws UntrustedNoteError unless a trusted key that bears the origin signed it
 */
export function openCheckpoint(note: string, trusted: readonly VerifierKey[]): Checkpoint {
  return openSignedCheckpoint(note, trusted).checkpoint;
}

/** The same, and which of the trusted keys signed it. */
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

/** The text without signatures, which proves nothing. @throws MalformedProofError */
export function parseCheckpoint(text: string): Checkpoint {
  const { extensions, ...head } = parseTreeHead(text);
  return { ...head, ...parseSeal(extensions) };
}

export function formatTreeHead({ origin, size, root }: TreeHead, extensions: readonly string[] = []): string {
  return [origin, String(size), root.toString('base64'), ...extensions].map((it) => `${it}\n`).join('');
}

/** Any log's checkpoint, with its extension lines as they stand. @throws MalformedProofError */
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
  if (rest.length > 0) throw new MalformedProofError('an extension line too many');
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
  if (!line.startsWith(`${key}: `))
    throw new MalformedProofError(`where "${key}: …" is due stands "${line}"`);
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

/** 64 bits; Postgres shows them with a sign. */
function parseIdentifier(text: string): string {
  if (!/^-?[0-9]{1,20}$/.test(text) || String(BigInt(text)) !== text) {
    throw new MalformedProofError(`not a system identifier: "${text}"`);
  }
  return text;
}
