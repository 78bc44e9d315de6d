import { UUID_BYTES, uuidText } from '../audit-proof/bytes.js';
import { ExportLine } from '../audit-proof/export-line.js';
import { HASH_BYTES, hashesTo, sha256 } from '../audit-proof/merkle-tree.js';
import { UnencodableRecordError } from '../audit-proof/proof.errors.js';
import { type Member, type RecordFields, type Remains, unreadable } from '../audit-proof/record-fields.js';
import { CopyTuple } from './copy-tuple.js';
import { isText, type PersonalValueState, RebuiltLeaf, readBytes } from './rebuilt-leaf.js';
import { type Removal, removalsOf } from './removal-record.js';

/** A record that does not match its leaf. */
export interface EditedRecord {
  id: string;
  leafIndex: number | null;
  why: string;
  /** the hash of the leaf, and the hash of the record as found; undefined if the record has no hash */
  hashes: { sealed: string; found: string } | undefined;
}

/** Leaves of one month, or of one actor, with missing data that may have been removed lawfully. */
export interface MissingData {
  /** the month as YYYY-MM, or the actor's id */
  of: string;
  count: number;
  firstLeaf: number;
  lastLeaf: number;
  /** one of the records */
  recordId: string;
}

/** Index of an unsealed record. */
export const NO_LEAF = -1;
/**
 * Index of a record that names a negative leaf index, which no leaf has. Without this value, an attacker could give a
 * record such an index, and the record would pass although no checkpoint covers it.
 */
export const NO_TREE = -2;

/** The format of the records of a batch. */
export type BatchForm = 'lines' | 'tuples';

/** The result of one batch. It is small, so that it passes quickly from one thread to another. */
export interface VerifiedBatch {
  records: number;
  unsealed: number;
  /** when the oldest unsealed record was written, in milliseconds since 1970; Infinity if there is none */
  oldestUnsealed: number;
  /** per record: the index of its leaf, or `NO_LEAF`, or `NO_TREE` */
  leafIndexes: Float64Array<ArrayBuffer>;
  /** per record: the stored hash of its leaf, 32 bytes */
  leafHashes: Uint8Array<ArrayBuffer>;
  /** per record: its id (see `idAt`) */
  ids: Uint8Array<ArrayBuffer>;
  edited: EditedRecord[];
  /** ids of records that were added to an already sealed range */
  late: string[];
  /** per change of a job, in the first `count` elements: the job's id, its `rev`, and 1 if it was the last change */
  jobs: {
    count: number;
    ids: Uint8Array<ArrayBuffer>;
    revs: Int32Array<ArrayBuffer>;
    ended: Uint8Array<ArrayBuffer>;
  };
  /** number of existing records, by month */
  present: [month: string, count: number][];
  gone: MissingData[];
  erased: MissingData[];
  removals: Removal[];
}

/**
 * Reads one of several concatenated UUIDs. A thread passes such bytes on at almost no cost; passing strings takes
 * longer than making them.
 */
export function idAt(ids: Uint8Array<ArrayBuffer>, at: number): string {
  return uuidText(Buffer.from(ids.buffer, ids.byteOffset, ids.length), at * UUID_BYTES);
}

/** An id as a string of its 16 bytes. It takes a fraction of the time of a UUID text. */
export function keyAt(ids: Uint8Array<ArrayBuffer>, at: number): string {
  const begin = at * UUID_BYTES;
  return Buffer.from(ids.buffer, ids.byteOffset + begin, UUID_BYTES).toString('latin1');
}

export function idOfKey(key: string): string {
  return uuidText(Buffer.from(key, 'latin1'), 0);
}

/** Compares each record with the hash of its own leaf. */
export function verifyBatch(batch: Uint8Array<ArrayBuffer>, form: BatchForm): VerifiedBatch {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.length);
  const reader = form === 'lines' ? new ExportLine() : new CopyTuple();
  const ends = reader.endsOf(bytes);
  const check = new BatchVerification(bytes, reader, ends.length);
  let begin = 0;
  for (const [at, end] of ends.entries()) {
    check.record(at, begin, end);
    begin = end;
  }
  return check.result();
}

/** After these actions a job has no further change. */
const LAST_ACTIONS = [Buffer.from('job.completed'), Buffer.from('job.cancelled')];
const DAY_MS = 86_400_000;

class BatchVerification {
  private readonly leafIndexes: Float64Array<ArrayBuffer>;
  private readonly leafHashes: Uint8Array<ArrayBuffer>;
  private readonly ids: Uint8Array<ArrayBuffer>;
  private readonly edited: EditedRecord[] = [];
  private readonly late: string[] = [];
  private readonly jobs: VerifiedBatch['jobs'];
  private readonly present = new Map<string, number>();
  private readonly gone = new MissingDataByCause();
  private readonly erased = new MissingDataByCause();
  private readonly removals: Removal[] = [];
  private unsealed = 0;
  private oldestUnsealed = Number.POSITIVE_INFINITY;
  private readonly leaf: RebuiltLeaf;
  /** day since 1970 and month of the previous record; the next record nearly always has the same */
  private day = Number.NaN;
  private month = '';

  constructor(
    private readonly bytes: Buffer,
    private readonly form: RecordFields,
    count: number,
  ) {
    this.leaf = new RebuiltLeaf(form);
    this.leafIndexes = new Float64Array(count).fill(NO_LEAF);
    this.leafHashes = new Uint8Array(count * HASH_BYTES);
    this.ids = new Uint8Array(count * UUID_BYTES);
    this.jobs = {
      count: 0,
      ids: new Uint8Array(count * UUID_BYTES),
      revs: new Int32Array(count),
      ended: new Uint8Array(count),
    };
  }

  /** The record at this position of the batch. Its bytes are those from `begin` to `end`. */
  record(at: number, begin: number, end: number): void {
    try {
      this.form.read(this.bytes, begin, end);
      this.verifyRecord(at);
    } catch (error) {
      if (!(error instanceof UnencodableRecordError)) throw error;
      this.unreadable(at, this.form.remains(this.bytes, begin, end), error.message);
    }
  }

  result(): VerifiedBatch {
    return {
      records: this.leafIndexes.length,
      unsealed: this.unsealed,
      oldestUnsealed: this.oldestUnsealed,
      leafIndexes: this.leafIndexes,
      leafHashes: this.leafHashes,
      ids: this.ids,
      edited: this.edited,
      late: this.late,
      jobs: this.jobs,
      present: [...this.present],
      gone: this.gone.all(),
      erased: this.erased.all(),
      removals: this.removals,
    };
  }

  private verifyRecord(at: number): void {
    const { form } = this;
    const leafHashAt = at * HASH_BYTES;
    const leafIndex = form.optionalInteger(form.leafIndex);
    const hasLeaf = !form.leafHash.isNull;
    if (hasLeaf) readBytes(form, form.leafHash, this.leafHashes, leafHashAt, HASH_BYTES);
    this.setId(this.ids, at, form.id);
    if (leafIndex !== null && hasLeaf) this.leafIndexes[at] = leafIndex < 0 ? NO_TREE : leafIndex;
    if (form.isLeafAlone) {
      const id = form.uuidText(form.id);
      this.gone.add(absence(monthOf(momentOf(id)), leafIndex, id));
      return;
    }
    const leaf = this.leaf.read();
    const isEdited = hasLeaf && !hashesTo(leaf, this.leafHashes, leafHashAt);
    if (isEdited) {
      const sealed = Buffer.from(this.leafHashes.buffer, leafHashAt, HASH_BYTES);
      const hashes = { sealed: sealed.toString('base64'), found: sha256(leaf).toString('base64') };
      this.addEdited(leafIndex, 'it is not what was sealed', hashes);
    }
    if (leafIndex === null || !hasLeaf) {
      if (form.isLate) this.late.push(form.uuidText(form.id));
      this.unsealed += 1;
      this.oldestUnsealed = Math.min(this.oldestUnsealed, this.leaf.milliseconds);
    }
    this.personal(this.leaf.sourceIp.state, 'source address', leafIndex);
    this.personal(this.leaf.userAgent.state, 'user agent', leafIndex);
    this.countMonth();
    if (!form.rev.isNull && !form.resourceId.isNull) {
      const jobs = this.jobs;
      this.setId(jobs.ids, jobs.count, form.resourceId);
      jobs.revs[jobs.count] = form.rev.value;
      jobs.ended[jobs.count] = LAST_ACTIONS.some((it) => isText(form, form.action, it)) ? 1 : 0;
      jobs.count += 1;
    }
    // The removals in an edited record are not what was sealed.
    if (!isEdited) this.removals.push(...removalsOf(form, leafIndex, this.month));
  }

  private setId(ids: Uint8Array, at: number, member: Member): void {
    if (!this.form.copyUuid(member, ids, at * UUID_BYTES)) unreadable(member.name);
  }

  /**
   * A record that cannot be encoded as a leaf. Its stated leaf hash is used, so that the tree stays the same and the
   * verification can go on.
   */
  private unreadable(at: number, { id, leafIndex, leafHash }: Remains, why: string): void {
    if (leafIndex !== null && leafHash?.length === HASH_BYTES) {
      this.leafIndexes[at] = leafIndex < 0 ? NO_TREE : leafIndex;
      this.leafHashes.set(leafHash, at * HASH_BYTES);
    }
    this.edited.push({
      id: id ?? 'of an unreadable line',
      leafIndex,
      why: `it does not have the form that this server writes (${why})`,
      hashes: undefined,
    });
  }

  private addEdited(leafIndex: number | null, why: string, hashes?: EditedRecord['hashes']): void {
    this.edited.push({ id: this.form.uuidText(this.form.id), leafIndex, why, hashes });
  }

  private personal(state: PersonalValueState, what: string, leafIndex: number | null): void {
    const { form } = this;
    if (state === 'erased') {
      const actor = form.actorId.isNull ? 'nobody' : form.uuidText(form.actorId);
      this.erased.add(absence(actor, leafIndex, form.uuidText(form.id)));
    } else if (state === 'not as sealed') {
      this.addEdited(leafIndex, `its ${what} is not the one that was sealed`);
    }
  }

  private countMonth(): void {
    const day = Math.floor(this.leaf.milliseconds / DAY_MS);
    if (day !== this.day) {
      this.day = day;
      this.month = monthOf(new Date(day * DAY_MS));
    }
    this.present.set(this.month, (this.present.get(this.month) ?? 0) + 1);
  }
}

function absence(of: string, leafIndex: number | null, recordId: string): MissingData {
  const leaf = leafIndex ?? -1;
  return { of, count: 1, firstLeaf: leaf, lastLeaf: leaf, recordId };
}

/** Merges the `MissingData` of one month or one actor. */
export class MissingDataByCause {
  private readonly byCause = new Map<string, MissingData>();

  add({ of, count, firstLeaf, lastLeaf, recordId }: MissingData): void {
    const known = this.byCause.get(of);
    if (known === undefined) {
      this.byCause.set(of, { of, count, firstLeaf, lastLeaf, recordId });
      return;
    }
    known.count += count;
    known.firstLeaf = Math.min(known.firstLeaf, firstLeaf);
    known.lastLeaf = Math.max(known.lastLeaf, lastLeaf);
  }

  has(of: string): boolean {
    return this.byCause.has(of);
  }

  get size(): number {
    return this.byCause.size;
  }

  all(): MissingData[] {
    return [...this.byCause.values()];
  }
}

/** When a record was written, from its UUIDv7. */
export function momentOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

function monthOf(moment: Date): string {
  return Number.isNaN(moment.getTime())
    ? 'no month'
    : moment.toISOString().slice(0, -'-DDTHH:MM:SS.mmmZ'.length);
}
