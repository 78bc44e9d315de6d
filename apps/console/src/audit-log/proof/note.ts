import { areEqual, type Bytes, fromBase64, join, sha256, toHex, utf8 } from './bytes';

// c2sp.org/signed-note and c2sp.org/tlog-checkpoint, with Ed25519 keys.

const ED25519 = 1;
const PUBLIC_KEY = 32;
const SIGNATURE_LINE = '— ';

export interface VerifierKey {
  name: string;
  /** 8 hexadecimal digits */
  id: string;
  publicKey: Bytes;
}

export interface SignedCheckpoint {
  origin: string;
  size: number;
  root: Bytes;
  seq: number;
  sealedAt: string;
  text: string;
  signatures: { name: string; id: string; signature: Bytes }[];
}

export class MalformedNoteError extends Error {}

/** @param text `name+id+base64`, or a public key as PEM, for which the name of the log must be known */
export async function readVerifierKey(text: string, origin: string): Promise<VerifierKey> {
  const trimmed = text.trim();
  if (trimmed.startsWith('-----BEGIN PUBLIC KEY-----')) {
    const der = fromBase64(trimmed.replaceAll(/-----[^-]+-----|\s/g, ''));
    // RFC 8410: an Ed25519 key is the last 32 of 44 bytes.
    if (der.length !== 44) throw new MalformedNoteError('This is no Ed25519 public key.');
    const publicKey = der.slice(-PUBLIC_KEY);
    return { name: origin, id: await keyId(origin, publicKey), publicKey };
  }
  const [name = '', id = '', ...rest] = trimmed.split('+');
  let bytes: Bytes;
  try {
    bytes = fromBase64(rest.join('+'));
  } catch {
    throw new MalformedNoteError('A verifier key reads name+id+key.');
  }
  const publicKey = bytes.slice(1);
  if (bytes[0] !== ED25519 || publicKey.length !== PUBLIC_KEY) {
    throw new MalformedNoteError('A verifier key reads name+id+key.');
  }
  if ((await keyId(name, publicKey)) !== id) {
    throw new MalformedNoteError('The id of this key does not match its name. It may be mistyped.');
  }
  return { name, id, publicKey };
}

export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${btoa(String.fromCharCode(ED25519, ...publicKey))}`;
}

async function keyId(name: string, publicKey: Bytes): Promise<string> {
  const digest = await sha256(join(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey));
  return toHex(digest.slice(0, 4));
}

export function parseCheckpoint(note: string): SignedCheckpoint {
  const end = note.lastIndexOf('\n\n');
  if (end === -1) throw new MalformedNoteError('The checkpoint is no signed note.');
  const text = note.slice(0, end + 1);
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .filter((line) => line.startsWith(SIGNATURE_LINE))
    .map((line) => {
      const [name = '', encoded = ''] = line.slice(SIGNATURE_LINE.length).split(' ');
      const bytes = fromBase64(encoded);
      return { name, id: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) };
    });
  const [origin = '', size = '', root = '', seq = '', sealedAt = ''] = text.split('\n');
  return {
    origin,
    size: Number(size),
    root: fromBase64(root),
    seq: Number(lineValue('seq', seq)),
    sealedAt: lineValue('sealed-at', sealedAt),
    text,
    signatures,
  };
}

function lineValue(name: string, line: string): string {
  if (!line.startsWith(`${name}: `))
    throw new MalformedNoteError('The checkpoint has lines in another order.');
  return line.slice(name.length + 2);
}

/** Whether this key signed the checkpoint. */
export async function isSignedBy(
  { text, signatures, origin }: SignedCheckpoint,
  key: VerifierKey,
): Promise<boolean> {
  if (key.name !== origin) return false;
  const publicKey = await crypto.subtle.importKey('raw', key.publicKey, 'Ed25519', false, ['verify']);
  for (const { name, id, signature } of signatures) {
    if (name !== key.name || id !== key.id) continue;
    if (await crypto.subtle.verify('Ed25519', publicKey, signature, utf8(text))) return true;
  }
  return false;
}

export function isSameKey(one: VerifierKey, other: VerifierKey): boolean {
  return one.name === other.name && areEqual(one.publicKey, other.publicKey);
}
