import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sha256 } from './merkle-tree.js';
import {
  formatVerifierKey,
  type NoteSigner,
  noteSigner,
  openNote,
  parseVerifierKey,
  signNote,
} from './signed-note.js';

// Keys, note and malformed notes of golang.org/x/mod, sumdb/note/note_test.go, which C2SP signed-note describes.
const PETER_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETER_SEED = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const ENOCH_KEY = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

/** The example of c2sp.org/signed-note. */
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const EXAMPLE_NOTE =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

const peter = parseVerifierKey(PETER_KEY);
const enoch = parseVerifierKey(ENOCH_KEY);

function pem(der: Buffer): string {
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

/** RFC 8410 section 7: the fixed head of a PKCS#8 Ed25519 key, then its seed. */
function peterSigner(): NoteSigner {
  const seed = Buffer.from(PETER_SEED, 'base64').subarray(1);
  return noteSigner(
    'PeterNeumann',
    pem(Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])),
  );
}

const malformed = expect.objectContaining({ name: 'MalformedProofError' });
const untrusted = expect.objectContaining({ name: 'UntrustedNoteError' });
const unusable = expect.objectContaining({ name: 'UnusableKeyError' });

describe('verifier key', () => {
  it.each([PETER_KEY, ENOCH_KEY, EXAMPLE_KEY])('%s is formatted as it was parsed', (text) => {
    expect(formatVerifierKey(parseVerifierKey(text))).toBe(text);
  });

  it('is derived from the private key', () => {
    expect(formatVerifierKey(peterSigner())).toBe(PETER_KEY);
  });

  it('has one form: a part of it, or a changed character, is malformed', () => {
    for (let from = 0; from <= PETER_KEY.length; from += 1) {
      for (let to = from + 1; to <= PETER_KEY.length; to += 1) {
        if (to - from === PETER_KEY.length) continue;
        expect(() => parseVerifierKey(PETER_KEY.slice(from, to))).toThrow(malformed);
      }
      const changed = String.fromCharCode(PETER_KEY.charCodeAt(from) + 1);
      expect(() => parseVerifierKey(PETER_KEY.slice(0, from) + changed + PETER_KEY.slice(from + 1))).toThrow(
        malformed,
      );
    }
    for (const text of [
      // of a wrong length, and of an unknown type, each with the id that would fit
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
      PETER_KEY.replace('c74f20a3', 'C74F20A3'),
    ]) {
      expect(() => parseVerifierKey(text)).toThrow(malformed);
    }
  });
});

describe('signed note', () => {
  it('is signed like Go, byte for byte', () => {
    expect(signNote(TEXT, [peterSigner()])).toBe(`${TEXT}\n${PETER_LINE}`);
  });

  it('opens the examples of Go and C2SP', () => {
    expect(openNote(`${TEXT}\n${PETER_LINE}`, [peter])).toEqual({ text: TEXT, signedBy: [peter] });
    expect(openNote(EXAMPLE_NOTE, [parseVerifierKey(EXAMPLE_KEY)]).text).toBe(
      'This is an example message.\n',
    );
  });

  it('opens with any trusted key, and ignores signatures of others', () => {
    const note = `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`;
    expect(openNote(note, [peter]).signedBy).toEqual([peter]);
    expect(openNote(note, [enoch]).signedBy).toEqual([enoch]);
    expect(openNote(note, [enoch, peter]).signedBy).toEqual([peter, enoch]);
    expect(openNote(`${TEXT}\n${PETER_LINE}${PETER_LINE}`, [peter]).signedBy).toEqual([peter]);
  });

  it('is untrusted without a key, or with a bad signature of a trusted key', () => {
    expect(() => openNote(`${TEXT}\n${PETER_LINE}`, [])).toThrow(untrusted);
    expect(() => openNote(`${TEXT}\n${PETER_LINE}`, [enoch])).toThrow(untrusted);
    expect(() => openNote(`${TEXT}more\n\n${PETER_LINE}`, [peter])).toThrow(untrusted);
    const broken = `${PETER_LINE.slice(0, 60)}ABCD${PETER_LINE.slice(60)}`;
    expect(() => openNote(`${TEXT}\n${ENOCH_LINE}${broken}`, [peter, enoch])).toThrow(untrusted);
  });

  it.each([
    ['no signature', TEXT],
    ['an empty signature block', `${TEXT}\n`],
    ['no last newline', `${TEXT}\n${PETER_LINE.slice(0, -1)}`],
    ['a control character', `\x01${TEXT}\n${PETER_LINE}`],
    ['half a surrogate pair', `\ud800${TEXT}\n${PETER_LINE}`],
    ['a space in a name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Peter Neumann')}`],
    ['another space in a name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Peter\u2003Neumann')}`],
    ['a plus in a name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Peter+Neumann')}`],
    ['a hyphen in place of the dash', `${TEXT}\n${PETER_LINE.replace('—', '-')}`],
    ['a line after the signatures', `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ['Base64 without its padding', `${TEXT}\n${PETER_LINE.replace('=\n', '\n')}`],
    ['Base64 with stray bits', `${TEXT}\n${PETER_LINE.replace('AM=', 'AN=')}`],
    ['a signature too short to have an id', `${TEXT}\n— PeterNeumann AAAA\n`],
    ['101 signatures', `${TEXT}\n${PETER_LINE.repeat(101)}`],
  ])('is malformed with %s', (_, note) => {
    expect(() => openNote(note, [peter])).toThrow(malformed);
  });

  it('is not signed for an invalid text', () => {
    const signer = peterSigner();
    for (const text of ['', 'abc', 'a\tb\n', '\udc00\n']) {
      expect(() => signNote(text, [signer])).toThrow(malformed);
    }
    expect(() => signNote(TEXT, [])).toThrow(malformed);
  });
});

describe('signing key', () => {
  it.each(['', 'a b', 'a+b', 'a\nb', '\u00a0'])('refuses the name %j', (name) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => noteSigner(name, text)).toThrow(malformed);
  });

  it('must be Ed25519, and does not appear in the error', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const text = ec.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => noteSigner('log', text)).toThrow(unusable);
    expect(() => noteSigner('log', pem(sha256(Buffer.from('no key'))))).toThrow(unusable);
    expect(() => noteSigner('log', 'secret')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});
