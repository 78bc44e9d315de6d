import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Checkpoint, openCheckpoint } from '../proof/checkpoint.js';
import { parseVerifierKey, type VerifierKey, verifierKey } from '../proof/signed-note.js';
import type { Findings } from './finding.js';
import type { SealedHead } from './tree-check.js';

/** A checkpoint as it was kept somewhere, not yet believed. */
export interface KeptCheckpoint {
  seq: number;
  note: string;
  frontier?: Buffer;
}

/** Whose signatures count. */
export interface TrustedKey {
  publicKey: KeyObject;
  /** the log that it signs for; undefined: the one that the first checkpoint names */
  origin: string | undefined;
}

/**
 * Out of a PEM (`openssl pkey -pubout`), or a verifier key `name+id+key`, which also says of which log.
 *
 * @throws Error for anything else
 */
export function trustedKey(text: string): TrustedKey {
  if (text.includes('PRIVATE KEY'))
    throw new Error('this is a private key: a verifier needs none, and should see none');
  if (text.startsWith('-----BEGIN')) {
    const publicKey = createPublicKey(text);
    verifierKey('any', publicKey);
    return { publicKey, origin: undefined };
  }
  const { name, publicKey } = parseVerifierKey(text.trim());
  return { publicKey, origin: name };
}

const PLACES = { database: 'in the database', file: 'in the checkpoints file' };
type Place = keyof typeof PLACES;

/**
 * Checkpoints follow one another without a gap, grow, are signed, and are the same in the database as where they were published.
 */
export class CheckpointCheck {
  #key: VerifierKey | undefined;
  #last: Checkpoint | undefined;
  #count = 0;

  constructor(
    private readonly trusted: TrustedKey,
    private readonly findings: Findings,
  ) {
    if (trusted.origin !== undefined) this.#key = verifierKey(trusted.origin, trusted.publicKey);
  }

  /** The last one that could be believed. */
  get last(): Checkpoint | undefined {
    return this.#last;
  }

  get count(): number {
    return this.#count;
  }

  /** Those that can be believed, in their order. @param kept each in the order of `seq` */
  async *heads(kept: {
    database?: AsyncIterable<KeptCheckpoint>;
    file?: AsyncIterable<KeptCheckpoint>;
  }): AsyncGenerator<SealedHead> {
    const database = kept.database?.[Symbol.asyncIterator]();
    const file = kept.file?.[Symbol.asyncIterator]();
    let inDatabase = (await database?.next())?.value;
    let inFile = (await file?.next())?.value;
    let fileBegan = false;
    let before: number | undefined;
    if (database !== undefined && inDatabase?.seq !== 0 && (inDatabase ?? inFile) !== undefined) {
      this.findings.add(
        'checkpoint missing',
        `checkpoint 0, and all before ${inDatabase?.seq ?? 'the end'}, are not in the database`,
      );
    }
    while (inDatabase !== undefined || inFile !== undefined) {
      const seq = Math.min(
        inDatabase?.seq ?? Number.POSITIVE_INFINITY,
        inFile?.seq ?? Number.POSITIVE_INFINITY,
      );
      const here = inDatabase?.seq === seq ? inDatabase : undefined;
      const there = inFile?.seq === seq ? inFile : undefined;
      if (database !== undefined && here === undefined) this.#notInDatabase(seq, inDatabase);
      if (fileBegan && there === undefined && inFile !== undefined) {
        this.findings.add('checkpoint missing', `checkpoint ${seq} is not ${PLACES.file}`);
      }
      if (before !== undefined && seq > before + 1) {
        this.findings.add('checkpoint missing', `after checkpoint ${before} comes checkpoint ${seq}`);
      }
      before = seq;
      fileBegan ||= there !== undefined;
      const head = this.#judge(here, there);
      if (head !== undefined) yield head;
      if (here !== undefined) inDatabase = (await database?.next())?.value;
      if (there !== undefined) inFile = (await file?.next())?.value;
    }
  }

  #notInDatabase(seq: number, later: KeptCheckpoint | undefined): void {
    if (later !== undefined) {
      this.findings.add('checkpoint missing', `checkpoint ${seq} was published, and is not in the database`);
    } else {
      this.findings.add(
        'checkpoint rolled back',
        `checkpoint ${seq} was published, and the database ends before it`,
      );
    }
  }

  #judge(here: KeptCheckpoint | undefined, there: KeptCheckpoint | undefined): SealedHead | undefined {
    this.#count += 1;
    const opened = here === undefined ? undefined : this.#open(here, 'database');
    const published =
      there === undefined || there.note === here?.note ? undefined : this.#open(there, 'file');
    if (opened !== undefined && published !== undefined) {
      this.findings.add(
        'checkpoint rolled back',
        `checkpoint ${opened.seq} was signed twice, and says one thing in the database and another where it was published`,
      );
    }
    // Where both were signed, what was published is what others hold on to.
    if (published !== undefined) return this.#follow(published, there?.frontier);
    return opened === undefined ? undefined : this.#follow(opened, here?.frontier);
  }

  /** The checkpoint, if it can be believed. */
  #open({ seq, note }: KeptCheckpoint, place: Place): Checkpoint | undefined {
    try {
      this.#key ??= verifierKey(note.slice(0, note.indexOf('\n')), this.trusted.publicKey);
      const checkpoint = openCheckpoint(note, [this.#key]);
      if (checkpoint.seq !== seq) throw new Error(`it is checkpoint ${checkpoint.seq}`);
      return checkpoint;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.findings.add(
        'checkpoint forged',
        `checkpoint ${seq} ${PLACES[place]} is none that the key signed: ${reason}`,
      );
      return undefined;
    }
  }

  #follow(checkpoint: Checkpoint, frontier: Buffer | undefined): SealedHead | undefined {
    const before = this.#last;
    const { seq, size, root, systemIdentifier, timeline } = checkpoint;
    if (before !== undefined) {
      if (seq <= before.seq || size < before.size) {
        this.findings.add(
          'checkpoint rolled back',
          `checkpoint ${seq} of ${size} records stands after checkpoint ${before.seq} of ${before.size}`,
        );
        return undefined;
      }
      if (systemIdentifier !== before.systemIdentifier || timeline !== before.timeline) {
        this.findings.add(
          'checkpoint rolled back',
          `from checkpoint ${seq} on another Postgres was sealed (system identifier ${systemIdentifier}, timeline ${timeline})`,
        );
      }
    }
    this.#last = checkpoint;
    return { seq, size, root, ...(frontier === undefined ? {} : { frontier }) };
  }
}
