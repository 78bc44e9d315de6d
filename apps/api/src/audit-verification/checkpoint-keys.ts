import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Checkpoint, openSignedCheckpoint } from '../audit-proof/checkpoint.js';
import { UntrustedNoteError } from '../audit-proof/proof.errors.js';
import {
  parseVerifierKey,
  publicKeyOf,
  rawKey,
  type VerifierKey,
  verifierKey,
} from '../audit-proof/signed-note.js';

/** The keys whose signatures are trusted. */
export interface TrustedKey {
  /** one or more; each signs from the checkpoint at which the previous key announces it */
  publicKeys: KeyObject[];
  /** the origin of the log that they sign for; undefined: the origin in the first checkpoint */
  origin: string | undefined;
}

const PEM = /-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g;

/**
 * Parses PEMs (`openssl pkey -pubout`), or verifier keys `name+id+key`, one per line, which also name the log.
 *
 * @throws Error for anything else
 */
export function trustedKey(text: string): TrustedKey {
  if (text.includes('PRIVATE KEY'))
    throw new Error('this is a private key: give the verifier the public key');
  if (text.startsWith('-----BEGIN')) {
    const publicKeys = (text.match(PEM) ?? [text]).map((it) => createPublicKey(it));
    for (const it of publicKeys) verifierKey('any', it);
    return { publicKeys, origin: undefined };
  }
  const keys = text
    .trim()
    .split('\n')
    .map((it) => parseVerifierKey(it.trim()));
  const [origin, ...others] = new Set(keys.map(({ name }) => name));
  if (others.length > 0) throw new Error('these verifier keys belong to several logs');
  return { publicKeys: keys.map(({ publicKey }) => publicKey), origin };
}

/**
 * Reads the keys in several files, in the order in which they signed.
 *
 * @throws Error if a file cannot be read or has no key, or if the keys belong to several logs
 */
export async function readTrustedKeys(paths: readonly string[]): Promise<TrustedKey> {
  const keys = await Promise.all(paths.map(async (it) => trustedKey(await readFile(it, 'utf8'))));
  const [origin, ...others] = new Set(keys.flatMap((it) => it.origin ?? []));
  if (others.length > 0) throw new Error('the public keys belong to several logs');
  return { publicKeys: keys.flatMap((it) => it.publicKeys), origin };
}

/**
 * The keys that sign one log, one after the other. A checkpoint that names the next key is the last one that needs the
 * current key's signature. From then on only the next key counts. So a replaced key, which may have leaked, can sign
 * nothing more.
 */
export class CheckpointKeys {
  private readonly publicKeys: KeyObject[];
  private keys: VerifierKey[] | undefined;
  private current: VerifierKey | undefined;
  /** the numbers of the checkpoints that announced another key */
  readonly changes: number[] = [];

  constructor({ publicKeys, origin }: TrustedKey) {
    this.publicKeys = publicKeys;
    if (origin !== undefined) this.nameAfter(origin);
  }

  /** Whether a checkpoint has been authenticated. */
  get hasBegun(): boolean {
    return this.current !== undefined;
  }

  /** @throws MalformedProofError, UntrustedNoteError */
  open(note: string): Checkpoint {
    const keys = this.keys ?? this.nameAfter(note.slice(0, note.indexOf('\n')));
    const { checkpoint, signedBy } = openSignedCheckpoint(note, keys);
    if (this.current !== undefined && !signedBy.includes(this.current)) {
      throw new UntrustedNoteError(
        `it is signed with another key than ${this.current.id}, and no earlier checkpoint announced a new key`,
      );
    }
    return checkpoint;
  }

  /** Continues from this checkpoint, which was opened and is the next in order. */
  follow(checkpoint: Checkpoint, note: string): void {
    const keys = this.keys ?? [];
    const { nextKey, origin, seq } = checkpoint;
    if (nextKey === undefined) {
      this.current ??= openSignedCheckpoint(note, keys).signedBy[0];
      return;
    }
    const next = verifierKey(origin, publicKeyOf(Buffer.from(nextKey, 'base64')));
    const known = keys.find(({ publicKey }) => rawKey(publicKey).equals(rawKey(next.publicKey)));
    if (known === undefined) keys.push(next);
    this.current = known ?? next;
    this.changes.push(seq);
  }

  private nameAfter(origin: string): VerifierKey[] {
    this.keys = this.publicKeys.map((it) => verifierKey(origin, it));
    return this.keys;
  }
}
