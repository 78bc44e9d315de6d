import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type Checkpoint,
  formatTreeHead,
  openCheckpoint,
  parseCheckpoint,
  parseTreeHead,
  signCheckpoint,
} from './checkpoint.js';
import { sha256 } from './merkle-tree.js';
import { formatVerifierKey, noteSigner, openNote, parseVerifierKey, signNote } from './signed-note.js';

// The checksum database of Go, as github.com/transparency-dev/formats, log/checkpoint_test.go, has it.
const GO_KEY = parseVerifierKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8');
const GO_NOTE = `go.sum database tree
6476701
mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=

— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=
`;

/** The example of c2sp.org/tlog-checkpoint. */
const EXAMPLE = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

const ORIGIN = 'registry.example/audit-log';
const CHECKPOINT: Checkpoint = {
  origin: ORIGIN,
  size: 1_234_567,
  root: sha256(Buffer.from('root')),
  seq: 42,
  sealedAt: '2026-11-24T11:22:33.044Z',
  systemIdentifier: '7576211234567890123',
  timeline: 1,
};

function newSigner(name = ORIGIN) {
  const { privateKey } = generateKeyPairSync('ed25519');
  return noteSigner(name, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

const malformed = expect.objectContaining({ name: 'MalformedProofError' });
const untrusted = expect.objectContaining({ name: 'UntrustedNoteError' });

describe('checkpoint', () => {
  it('of another log is parsed and formatted unchanged', () => {
    const { text } = openNote(GO_NOTE, [GO_KEY]);
    const head = parseTreeHead(text);
    expect(head).toMatchObject({ origin: 'go.sum database tree', size: 6_476_701, extensions: [] });
    expect(formatTreeHead(head)).toBe(text);

    expect(formatTreeHead(parseTreeHead(EXAMPLE))).toBe(EXAMPLE);
    expect(parseTreeHead(`${EXAMPLE}any line\n`).extensions).toEqual(['any line']);
  });

  it('is read back as signed', () => {
    const signer = newSigner();
    const note = signCheckpoint(CHECKPOINT, signer);
    expect(note.split('\n').slice(0, 8)).toEqual([
      ORIGIN,
      '1234567',
      CHECKPOINT.root.toString('base64'),
      'seq: 42',
      'sealed-at: 2026-11-24T11:22:33.044Z',
      'system-identifier: 7576211234567890123',
      'timeline: 1',
      '',
    ]);
    expect(openCheckpoint(note, [parseVerifierKey(formatVerifierKey(signer))])).toEqual(CHECKPOINT);
  });

  it('has the form that the docs show', () => {
    const docs = readFileSync(new URL('../../../../docs/audit-log-encoding.md', import.meta.url), 'utf8');
    const [text] = signCheckpoint(CHECKPOINT, newSigner()).split('\n\n');
    expect(docs).toContain(`\n${text}\n`);
  });

  it('is not trusted after a change of one character', () => {
    const signer = newSigner();
    const note = signCheckpoint(CHECKPOINT, signer);
    for (let at = 0; at < note.length; at += 1) {
      const changed = `${note.slice(0, at)}${note[at] === '1' ? '2' : '1'}${note.slice(at + 1)}`;
      if (changed === note) continue;
      expect(() => openCheckpoint(changed, [signer])).toThrow();
    }
  });

  it('is not trusted with another key of the same name, or from another log', () => {
    const signer = newSigner();
    expect(() => openCheckpoint(signCheckpoint(CHECKPOINT, signer), [newSigner()])).toThrow(untrusted);

    const other = newSigner('other.example/log');
    expect(() => signCheckpoint(CHECKPOINT, other)).toThrow(malformed);
    const [text = ''] = signCheckpoint(CHECKPOINT, signer).split('\n\n');
    expect(() => openCheckpoint(signNote(`${text}\n`, [other]), [signer, other])).toThrow(untrusted);
  });

  it('signed by the old and the new key verifies with either', () => {
    const [old, fresh] = [newSigner(), newSigner()];
    const [text = ''] = signCheckpoint(CHECKPOINT, old).split('\n\n');
    const note = signNote(`${text}\n`, [old, fresh]);
    expect(openCheckpoint(note, [old])).toEqual(CHECKPOINT);
    expect(openCheckpoint(note, [fresh])).toEqual(CHECKPOINT);
  });

  it.each([
    ['a size with a leading zero', '1234567', '01234567'],
    ['a size with a sign', '1234567', '+1234567'],
    ['a negative size', '1234567', '-1'],
    ['a size in another notation', '1234567', '1e6'],
    ['a size beyond 2^53', '1234567', '9007199254740993'],
    ['no size', '1234567\n', ''],
    ['an empty line', 'seq: 42', ''],
    ['a root without padding', '=\n', '\n'],
    ['a root of 31 bytes', CHECKPOINT.root.toString('base64'), CHECKPOINT.root.toString('base64', 1)],
    ['a root with stray bits', CHECKPOINT.root.toString('base64'), `${'A'.repeat(42)}B=`],
    ['a missing extension line', 'timeline: 1\n', ''],
    ['an additional extension line', 'timeline: 1\n', 'timeline: 1\nnote: x\n'],
    ['extension lines in another order', 'seq: 42\nsealed-at', 'sealed-at'],
    ['another key', 'seq: 42', 'Seq: 42'],
    ['two spaces', 'seq: 42', 'seq:  42'],
    ['a space at the end', 'timeline: 1', 'timeline: 1 '],
    ['a carriage return', 'timeline: 1', 'timeline: 1\r'],
    ['a time without milliseconds', '33.044Z', '33Z'],
    ['a time with an offset', '33.044Z', '33.044+00:00'],
    ['an impossible date', '2026-11-24', '2026-11-31'],
    ['an identifier with a leading zero', '757621', '0757621'],
    ['an identifier that is not a number', '7576211234567890123', 'main'],
    ['no last newline', 'timeline: 1\n', 'timeline: 1'],
  ])('is malformed with %s', (_, from, to) => {
    const text = signCheckpoint(CHECKPOINT, newSigner()).split('\n\n')[0]?.concat('\n') ?? '';
    expect(parseCheckpoint(text)).toEqual(CHECKPOINT);
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(() => parseCheckpoint(changed)).toThrow(malformed);
  });

  it.each([
    ['origin', 'two\nlines'],
    ['origin', ''],
    ['size', -1],
    ['size', 0.5],
    ['root', Buffer.alloc(31)],
    ['seq', Number.NaN],
    ['sealedAt', '2026-11-24'],
    ['systemIdentifier', 'x\ny'],
    ['timeline', 1.5],
  ])('is not signed when its %s is %j', (member, value) => {
    const name = member === 'origin' ? String(value) : ORIGIN;
    const signer = { ...newSigner(), name };
    expect(() => signCheckpoint({ ...CHECKPOINT, [member]: value }, signer)).toThrow(malformed);
  });
});
