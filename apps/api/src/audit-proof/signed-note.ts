import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { base64 } from './base64.js';
import { sha256 } from './merkle-tree.js';
import { MalformedProofError, UntrustedNoteError, UnusableKeyError } from './proof.errors.js';

// C2SP signed-note (c2sp.org/signed-note), with Ed25519 keys only.

/** The signature type of Ed25519. */
const ED25519 = 0x01;
const SIGNATURE_LINE = '\u2014 ';
/** The same limit as Go's sumdb/note. The specification requires at least 16. */
const MAX_SIGNATURES = 100;

export interface VerifierKey {
  /** name of the key in the signature line; for a log, its origin */
  name: string;
  /** 8 hexadecimal digits, a hint which key of that name signed */
  id: string;
  publicKey: KeyObject;
}

export interface NoteSigner extends VerifierKey {
  sign(text: string): Buffer;
}

export interface OpenedNote {
  /** including its last newline */
  text: string;
  /** the trusted keys with a valid signature; at least one */
  signedBy: VerifierKey[];
}

/**
 * Makes a signer from a PKCS#8 PEM.
 *
 * @throws UnusableKeyError if it is not an Ed25519 private key
 * @throws MalformedProofError if a key cannot have this name
 */
export function noteSigner(name: string, pem: string): NoteSigner {
  const privateKey = readPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return {
    name,
    id: keyId(name, publicKey),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

/** @throws UnusableKeyError if it is not an Ed25519 key */
export function verifierKey(name: string, publicKey: KeyObject): VerifierKey {
  assertEd25519(publicKey, 'the public key');
  return { name, id: keyId(name, publicKey), publicKey };
}

/** The text that a verifier gets, to trust the key: `name+id+base64(type ‖ public key)`. */
export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${encodedKey(publicKey).toString('base64')}`;
}

/** @throws MalformedProofError, also if the id does not belong to name and key */
export function parseVerifierKey(text: string): VerifierKey {
  const [name = '', id, ...rest] = text.split('+');
  // Base64 may contain a plus, too.
  const encoded = base64(rest.join('+'));
  if (encoded?.length !== 33 || encoded[0] !== ED25519) {
    throw new MalformedProofError('a verifier key is name+id+base64 of an Ed25519 key');
  }
  const publicKey = publicKeyOf(encoded.subarray(1));
  if (id !== keyId(name, publicKey)) {
    throw new MalformedProofError('the id of the verifier key does not match its name and key');
  }
  return { name, id, publicKey };
}

/** @throws MalformedProofError if the text cannot be the text of a note */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  assertText(text);
  if (!text.endsWith('\n') || signers.length === 0) {
    throw new MalformedProofError('a note is text that ends in a newline, and is signed');
  }
  const lines = signers.map((it) => {
    const signature = Buffer.concat([Buffer.from(it.id, 'hex'), it.sign(text)]).toString('base64');
    return `${SIGNATURE_LINE}${it.name} ${signature}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * The text of a note that one of `trusted` signed. Signatures of other keys are ignored, as the specification requires.
 * One invalid signature of a trusted key makes the note invalid.
 *
 * @throws MalformedProofError
 * @throws UntrustedNoteError
 */
export function openNote(note: string, trusted: readonly VerifierKey[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const signedBy = new Set<VerifierKey>();
  for (const { name, id, signature } of signatures) {
    const key = trusted.find((it) => it.name === name && it.id === id);
    if (key === undefined || signedBy.has(key)) continue;
    if (!verify(null, Buffer.from(text), key.publicKey, signature)) {
      throw new UntrustedNoteError(`the signature of ${name}+${id} does not match the text`);
    }
    signedBy.add(key);
  }
  if (signedBy.size === 0) throw new UntrustedNoteError('there is no signature of a trusted key');
  return { text, signedBy: [...signedBy] };
}

interface Signature {
  name: string;
  id: string;
  signature: Buffer;
}

function parseNote(note: string): { text: string; signatures: Signature[] } {
  assertText(note);
  const end = note.lastIndexOf('\n\n');
  const block = note.slice(end + 2);
  if (end === -1 || !block.endsWith('\n')) {
    throw new MalformedProofError('a note is text, an empty line, and lines of signatures');
  }
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new MalformedProofError('too many signatures');
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): Signature {
  const [name = '', encoded = '', ...rest] = line.slice(SIGNATURE_LINE.length).split(' ');
  const bytes = base64(encoded);
  if (!line.startsWith(SIGNATURE_LINE) || !isKeyName(name) || rest.length > 0 || (bytes?.length ?? 0) < 5) {
    throw new MalformedProofError('a signature line is a dash, the name of a key, and Base64');
  }
  const signature = bytes ?? Buffer.alloc(0);
  return { name, id: signature.toString('hex', 0, 4), signature: signature.subarray(4) };
}

function keyId(name: string, publicKey: KeyObject): string {
  if (!isKeyName(name)) {
    throw new MalformedProofError('the name of a key is not empty and has neither spaces nor plus signs');
  }
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), encodedKey(publicKey)])).toString('hex', 0, 4);
}

function encodedKey(publicKey: KeyObject): Buffer {
  return Buffer.concat([Uint8Array.of(ED25519), rawKey(publicKey)]);
}

/** The 32 bytes of an Ed25519 public key. */
export function rawKey(publicKey: KeyObject): Buffer {
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}

/** The public key of 32 bytes. */
export function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
}

function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}\p{Cc}\p{Surrogate}+]+$/u.test(name);
}

function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    throw new UnusableKeyError('the signing key is not a readable PKCS#8 PEM');
  }
  assertEd25519(key, 'the signing key');
  return key;
}

function assertEd25519(key: KeyObject, which: string): void {
  if (key.asymmetricKeyType === 'ed25519') return;
  throw new UnusableKeyError(`${which} is ${key.asymmetricKeyType}, not ed25519`);
}

/** Notes are UTF-8 without control characters below U+0020, except the newline. */
function assertText(text: string): void {
  const ends = [...text].some((it) => it < ' ' && it !== '\n');
  if (ends || /\p{Surrogate}/u.test(text)) {
    throw new MalformedProofError('a note is UTF-8 without control characters but the newline');
  }
}
