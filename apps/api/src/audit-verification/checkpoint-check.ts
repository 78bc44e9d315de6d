import type { Checkpoint } from '../audit-proof/checkpoint.js';
import { MerkleFrontier } from '../audit-proof/merkle-tree.js';
import { CheckpointKeys, type TrustedKey } from './checkpoint-keys.js';
import type { Findings } from './finding.js';
import type { SealedHead } from './tree-check.js';

/** A stored checkpoint, not yet authenticated. */
export interface KeptCheckpoint {
  seq: number;
  note: string;
  frontier?: Buffer;
  /** the database columns beside the note, which repeat its content */
  columns?: { size: number; sealedAt: string };
}

/** A place where checkpoints are stored. */
export interface CheckpointSource {
  /** in the order of `seq` */
  all: AsyncIterable<KeptCheckpoint>;
  /** checkpoints that claim to continue the log, authenticated or not */
  continuations: readonly KeptCheckpoint[];
}

/** A continuation of the log: at a checkpoint, from an earlier one. The numbers between the two are void. */
export interface Continued {
  seq: number;
  continues: number;
  sealedAt: string;
  /** number of published checkpoints between the two */
  voided: number;
}

const PLACES = { database: 'in the database', file: 'in the checkpoints file' };
type Place = keyof typeof PLACES;

/**
 * Checks that checkpoints follow one another without a gap, never shrink the tree, are signed, and are the same in the
 * database as where they were published.
 */
export class CheckpointCheck {
  private readonly keys: CheckpointKeys;
  private lastSeen: Checkpoint | undefined;
  private latestPublished: Checkpoint | undefined;
  private seenCount = 0;
  readonly continued: Continued[] = [];
  /** ranges of numbers that a continuation skipped, both ends excluded */
  private voids: { after: number; before: number; count: number }[] = [];
  /** checkpoints before the first one with a trusted signature */
  private strangers: { seq: number; text: string }[] = [];
  readonly notes: string[] = [];

  constructor(
    trusted: TrustedKey,
    private readonly findings: Findings,
  ) {
    this.keys = new CheckpointKeys(trusted);
  }

  /** The last authenticated checkpoint. */
  get last(): Checkpoint | undefined {
    return this.lastSeen;
  }

  /** The last published and authenticated checkpoint. */
  get lastPublished(): Checkpoint | undefined {
    return this.latestPublished;
  }

  get count(): number {
    return this.seenCount;
  }

  /** The numbers of the checkpoints at which the signing key changed. */
  get keyChanges(): readonly number[] {
    return this.keys.changes;
  }

  /** The authenticated checkpoints, in order. */
  async *heads(kept: { database?: CheckpointSource; file?: CheckpointSource }): AsyncGenerator<SealedHead> {
    const database = kept.database?.all[Symbol.asyncIterator]();
    const file = kept.file?.all[Symbol.asyncIterator]();
    this.voids = [kept.database, kept.file].flatMap((it) => it?.continuations ?? []).flatMap(voidOf);
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
      if (here !== undefined || !this.skipIfVoid(seq)) {
        if (database !== undefined && here === undefined) this.notInDatabase(seq, inDatabase);
        if (fileBegan && there === undefined && inFile !== undefined) {
          this.findings.add('checkpoint missing', `checkpoint ${seq} is not ${PLACES.file}`);
        }
        if (before !== undefined && seq > before + 1 && !this.continues(seq, before)) {
          this.findings.add('checkpoint missing', `after checkpoint ${before} comes checkpoint ${seq}`);
        }
        before = seq;
        const head = this.judge(here, there);
        if (head !== undefined) yield head;
      }
      fileBegan ||= there !== undefined;
      if (here !== undefined) inDatabase = (await database?.next())?.value;
      if (there !== undefined) inFile = (await file?.next())?.value;
    }
    this.tellStrangers();
  }

  private skipIfVoid(seq: number): boolean {
    const range = this.voids.find(({ after, before }) => seq > after && seq < before);
    if (range === undefined) return false;
    range.count += 1;
    return true;
  }

  private continues(seq: number, last: number): boolean {
    return this.voids.some(({ after, before }) => after === last && before === seq);
  }

  private notInDatabase(seq: number, later: KeptCheckpoint | undefined): void {
    if (later !== undefined) {
      this.findings.add('checkpoint missing', `checkpoint ${seq} was published, and is not in the database`);
    } else {
      this.findings.add(
        'checkpoint rolled back',
        `checkpoint ${seq} was published, and the database ends before it`,
      );
    }
  }

  private judge(here: KeptCheckpoint | undefined, there: KeptCheckpoint | undefined): SealedHead | undefined {
    this.seenCount += 1;
    const opened = here === undefined ? undefined : this.open(here, 'database');
    const published = there === undefined || there.note === here?.note ? undefined : this.open(there, 'file');
    if (opened !== undefined && published !== undefined) {
      this.findings.add(
        'checkpoint rolled back',
        `checkpoint ${opened.seq} was signed twice: the one in the database differs from the published one`,
      );
    }
    if (here !== undefined && opened !== undefined) this.columns(here, opened);
    // If both signatures are valid, the published checkpoint counts, because others rely on it.
    const [believed, kept] = published === undefined ? [opened, here] : [published, there];
    if (believed === undefined || kept === undefined) return undefined;
    if (there !== undefined) this.latestPublished = believed;
    return this.follow(believed, kept);
  }

  /** The checkpoint, if its signature is valid. */
  private open({ seq, note }: KeptCheckpoint, place: Place): Checkpoint | undefined {
    try {
      const checkpoint = this.keys.open(note);
      if (checkpoint.seq !== seq) throw new Error(`it is checkpoint ${checkpoint.seq}`);
      return checkpoint;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const text = `checkpoint ${seq} ${PLACES[place]} was not signed with the key: ${reason}`;
      if (this.keys.hasBegun) this.findings.add('checkpoint forged', text);
      else this.strangers.push({ seq, text });
      return undefined;
    }
  }

  /** Checks the database columns beside the note. Readers of the database rely on them. */
  private columns({ seq, columns, frontier }: KeptCheckpoint, { size, root, sealedAt }: Checkpoint): void {
    const wrong = [
      ...(columns !== undefined && columns.size !== size
        ? [`its column size says ${columns.size}, its note ${size}`]
        : []),
      ...(columns !== undefined && columns.sealedAt !== sealedAt
        ? [`its column sealed_at says ${columns.sealedAt}, its note ${sealedAt}`]
        : []),
      ...(frontier !== undefined && !isEdgeOf(frontier, size, root)
        ? ['its column frontier does not match the tree that its note signs']
        : []),
    ];
    for (const it of wrong)
      this.findings.add('checkpoint altered', `checkpoint ${seq} in the database: ${it}`);
  }

  private follow(checkpoint: Checkpoint, { note, frontier }: KeptCheckpoint): SealedHead | undefined {
    const before = this.lastSeen;
    const { seq, size, root, systemIdentifier, timeline, continues, sealedAt } = checkpoint;
    if (before !== undefined) {
      if (seq <= before.seq || size < before.size) {
        this.findings.add(
          'checkpoint rolled back',
          `checkpoint ${seq} of ${size} records comes after checkpoint ${before.seq} of ${before.size}`,
        );
        return undefined;
      }
      const isElsewhere = systemIdentifier !== before.systemIdentifier || timeline !== before.timeline;
      if (isElsewhere && continues !== before.seq) {
        this.findings.add(
          'checkpoint rolled back',
          `from checkpoint ${seq} on, another Postgres cluster was sealed (system identifier ${systemIdentifier}, timeline ${timeline})`,
        );
      }
    }
    if (checkpoint.nextKey !== undefined) this.forgetStrangers(seq);
    else this.tellStrangers();
    this.keys.follow(checkpoint, note);
    if (continues !== undefined) {
      const voided = this.voids.find((it) => it.before === seq)?.count ?? 0;
      this.continued.push({ seq, continues, sealedAt, voided });
    }
    this.lastSeen = checkpoint;
    return { seq, size, root, ...(frontier === undefined ? {} : { frontier }) };
  }

  private tellStrangers(): void {
    for (const { text } of this.strangers.splice(0)) this.findings.add('checkpoint forged', text);
  }

  /**
   * A verifier that has only the key that a checkpoint announces can authenticate that checkpoint, which covers all
   * earlier ones.
   */
  private forgetStrangers(seq: number): void {
    const [first] = this.strangers;
    if (first === undefined) return;
    this.strangers = [];
    this.notes.push(
      `checkpoints ${first.seq} to ${seq - 1} were signed with an earlier key, which was not given; checkpoint ${seq} covers their records`,
    );
  }
}

function voidOf({ seq, note }: KeptCheckpoint): { after: number; before: number; count: number }[] {
  const after = Number(/^continues: (\d{1,15})$/m.exec(note)?.[1] ?? Number.NaN);
  return after < seq ? [{ after, before: seq, count: 0 }] : [];
}

function isEdgeOf(frontier: Buffer, size: number, root: Buffer): boolean {
  try {
    const edge = MerkleFrontier.parse(frontier);
    return edge.size === size && edge.root().equals(root);
  } catch {
    return false;
  }
}
