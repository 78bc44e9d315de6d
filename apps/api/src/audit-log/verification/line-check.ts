import { copyBytes } from '../proof/bytes.js';
import { HASH_BYTES, sha256 } from '../proof/merkle-tree.js';
import { UnencodableRecordError } from '../proof/proof.errors.js';
import { hashesTo, isText, LineLeaf, type PersonalValueState, readBytes } from './line-leaf.js';
import { type LineMember, RecordLine } from './record-line.js';

/** A record that is not what its leaf says. */
export interface EditedRecord {
  id: string;
  leafIndex: number | null;
  why: string;
  /** the hash of its leaf, and the hash of the record as it stands; undefined where it has none */
  hashes: { sealed: string; found: string } | undefined;
}

/** Leaves of one month, or of one actor, that lack something which may have been taken away lawfully. */
export interface Absence {
  /** the month as YYYY-MM, or the actor's id */
  of: string;
  count: number;
  firstLeaf: number;
  lastLeaf: number;
  /** one of them */
  recordId: string;
}

/** A record that says that something was taken away. */
export interface Removal {
  action: 'audit.retained' | 'audit.erased';
  leafIndex: number | null;
  /** the month, or the actor's id */
  of: string;
  /** how many records went */
  count: number;
}

/** What one batch of lines comes to: little, so that it is quickly handed from one thread to another. */
export interface CheckedLines {
  lines: number;
  unsealed: number;
  /** for each line its leaf's index, or -1 */
  leafIndexes: Float64Array<ArrayBuffer>;
  /** for each line its leaf's hash, as the line says; of 32 bytes */
  leafHashes: Uint8Array<ArrayBuffer>;
  /** for each line the id of its record (see `idAt`) */
  ids: Uint8Array<ArrayBuffer>;
  edited: EditedRecord[];
  /** the first of them for each change of a job: its id, its `rev`, and 1 where it was the last */
  jobs: {
    count: number;
    ids: Uint8Array<ArrayBuffer>;
    revs: Int32Array<ArrayBuffer>;
    ended: Uint8Array<ArrayBuffer>;
  };
  /** records that are there, by month */
  present: [month: string, count: number][];
  gone: Absence[];
  erased: Absence[];
  removals: Removal[];
}

/** UUIDs as text one after the other, in ASCII: a thread hands these over in no time, and strings in more than it takes to make them. */
export const ID_BYTES = 36;

export function idAt(ids: Uint8Array<ArrayBuffer>, at: number): string {
  const begin = at * ID_BYTES;
  return Buffer.from(ids.buffer, ids.byteOffset + begin, ID_BYTES).toString('latin1');
}

/** Holds each line against its own leaf hash. @param batch lines with a newline between them, in UTF-8 */
export function checkLines(batch: Uint8Array<ArrayBuffer>): CheckedLines {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.length);
  const ends = lineEnds(bytes);
  const check = new LineCheck(bytes, ends.length);
  let begin = 0;
  for (const [at, end] of ends.entries()) {
    check.line(at, begin, end);
    begin = end + 1;
  }
  return check.result();
}

const NEWLINE = 0x0a;

function lineEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, end + 1)) ends.push(end);
  ends.push(bytes.length);
  return ends;
}

/** After these a job has no further change. */
const LAST_ACTIONS = [Buffer.from('job.completed'), Buffer.from('job.cancelled')];
const ERASED = Buffer.from('audit.erased');
const RETAINED = Buffer.from('audit.retained');
const MONTH_CHARACTERS = 'YYYY-MM'.length;

class LineCheck {
  readonly #leafIndexes: Float64Array<ArrayBuffer>;
  readonly #leafHashes: Uint8Array<ArrayBuffer>;
  readonly #ids: Uint8Array<ArrayBuffer>;
  readonly #edited: EditedRecord[] = [];
  readonly #jobs: CheckedLines['jobs'];
  readonly #present = new Map<string, number>();
  readonly #gone = new Absences();
  readonly #erased = new Absences();
  readonly #removals: Removal[] = [];
  #unsealed = 0;
  readonly #line = new RecordLine();
  readonly #leaf = new LineLeaf(this.#line);

  constructor(
    private readonly bytes: Buffer,
    count: number,
  ) {
    this.#leafIndexes = new Float64Array(count).fill(-1);
    this.#leafHashes = new Uint8Array(count * HASH_BYTES);
    this.#ids = new Uint8Array(count * ID_BYTES);
    this.#jobs = {
      count: 0,
      ids: new Uint8Array(count * ID_BYTES),
      revs: new Int32Array(count),
      ended: new Uint8Array(count),
    };
  }

  /** The line at this place among the others, which stands in the bytes from `begin` to `end`. */
  line(at: number, begin: number, end: number): void {
    try {
      this.#line.read(this.bytes, begin, end);
      this.#record(at);
    } catch (error) {
      if (!(error instanceof UnencodableRecordError)) throw error;
      this.#unreadable(at, this.bytes.toString('utf8', begin, end), error.message);
    }
  }

  result(): CheckedLines {
    return {
      lines: this.#leafIndexes.length,
      unsealed: this.#unsealed,
      leafIndexes: this.#leafIndexes,
      leafHashes: this.#leafHashes,
      ids: this.#ids,
      edited: this.#edited,
      jobs: this.#jobs,
      present: [...this.#present],
      gone: this.#gone.all(),
      erased: this.#erased.all(),
      removals: this.#removals,
    };
  }

  #record(at: number): void {
    const line = this.#line;
    const leafHashAt = at * HASH_BYTES;
    const id = line.text(line.id);
    const leafIndex = line.optionalInteger(line.leafIndex);
    const hasLeaf = !line.leafHash.isNull;
    if (hasLeaf) readBytes(line, line.leafHash, this.#leafHashes, leafHashAt, HASH_BYTES);
    this.#setId(this.#ids, at, line.id);
    if (leafIndex !== null && hasLeaf) this.#leafIndexes[at] = leafIndex;
    if (line.isLeafAlone) {
      this.#gone.add(absence(monthOf(id), leafIndex, id));
      return;
    }
    const leaf = this.#leaf.read();
    if (hasLeaf && !hashesTo(leaf, this.#leafHashes, leafHashAt)) {
      const sealed = Buffer.from(this.#leafHashes.buffer, leafHashAt, HASH_BYTES);
      const hashes = { sealed: sealed.toString('base64'), found: sha256(leaf).toString('base64') };
      this.#edited.push({ id, leafIndex, why: 'it is not what was sealed', hashes });
    }
    if (leafIndex === null || !hasLeaf) this.#unsealed += 1;
    this.#personal(this.#leaf.sourceIp.state, 'source address', id, leafIndex);
    this.#personal(this.#leaf.userAgent.state, 'user agent', id, leafIndex);
    this.#countMonth();
    if (!line.rev.isNull && !line.resourceId.isNull) {
      const jobs = this.#jobs;
      this.#setId(jobs.ids, jobs.count, line.resourceId);
      jobs.revs[jobs.count] = line.rev.value;
      jobs.ended[jobs.count] = LAST_ACTIONS.some((it) => isText(line, line.action, it)) ? 1 : 0;
      jobs.count += 1;
    }
    this.#removal(leafIndex);
  }

  #setId(ids: Uint8Array, at: number, { begin, end }: LineMember): void {
    if (end - begin === ID_BYTES) copyBytes(this.bytes, begin, end, ids, at * ID_BYTES);
  }

  /** What no leaf covers. The leaf that the line names is believed, so that the tree is the same and can go on. */
  #unreadable(at: number, line: string, why: string): void {
    const id = /"id":"([0-9a-f-]{36})"/.exec(line)?.[1] ?? 'of an unreadable line';
    const [, index = '', hash = ''] = /"leafIndex":(\d{1,15}),"leafHash":"([^"]{44})"/.exec(line) ?? [];
    const leafIndex = index === '' ? null : Number(index);
    this.#ids.set(Buffer.from(id).subarray(0, ID_BYTES), at * ID_BYTES);
    if (leafIndex !== null) {
      this.#leafIndexes[at] = leafIndex;
      this.#leafHashes.set(Buffer.from(hash, 'base64').subarray(0, HASH_BYTES), at * HASH_BYTES);
    }
    this.#edited.push({
      id,
      leafIndex,
      why: `it is none that this server writes (${why})`,
      hashes: undefined,
    });
  }

  #personal(state: PersonalValueState, what: string, id: string, leafIndex: number | null): void {
    if (state === 'erased') {
      const { actorId } = this.#line;
      this.#erased.add(absence(this.#line.optionalText(actorId) ?? 'nobody', leafIndex, id));
    } else if (state === 'not as sealed') {
      const why = `its ${what} is not the one that was sealed`;
      this.#edited.push({ id, leafIndex, why, hashes: undefined });
    }
  }

  #countMonth(): void {
    const { begin } = this.#line.occurredAt;
    const end = begin + MONTH_CHARACTERS;
    const month = this.bytes.toString('latin1', begin, end);
    this.#present.set(month, (this.#present.get(month) ?? 0) + 1);
  }

  #removal(leafIndex: number | null): void {
    const line = this.#line;
    if (isText(line, line.action, ERASED)) {
      const of = line.optionalText(line.resourceId) ?? 'nobody';
      this.#removals.push({ action: 'audit.erased', leafIndex, of, count: 0 });
    }
    if (isText(line, line.action, RETAINED)) {
      const { month, records } = retainedOf(line.text(line.changes));
      this.#removals.push({ action: 'audit.retained', leafIndex, of: month, count: records });
    }
  }
}

function absence(of: string, leafIndex: number | null, recordId: string): Absence {
  const leaf = leafIndex ?? -1;
  return { of, count: 1, firstLeaf: leaf, lastLeaf: leaf, recordId };
}

/** Absences, those of one month or one actor put together. */
export class Absences {
  readonly #all = new Map<string, Absence>();

  add({ of, count, firstLeaf, lastLeaf, recordId }: Absence): void {
    const known = this.#all.get(of);
    if (known === undefined) {
      this.#all.set(of, { of, count, firstLeaf, lastLeaf, recordId });
      return;
    }
    known.count += count;
    known.firstLeaf = Math.min(known.firstLeaf, firstLeaf);
    known.lastLeaf = Math.max(known.lastLeaf, lastLeaf);
  }

  has(of: string): boolean {
    return this.#all.has(of);
  }

  get size(): number {
    return this.#all.size;
  }

  all(): Absence[] {
    return [...this.#all.values()];
  }
}

/** When a record was written, by the UUIDv7 that it has. */
export function momentOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

function monthOf(id: string): string {
  const moment = momentOf(id);
  return Number.isNaN(moment.getTime()) ? 'no month' : moment.toISOString().slice(0, 7);
}

/** What an `audit.retained` says; nothing where it says it otherwise than the database does. */
function retainedOf(changes: string): { month: string; records: number } {
  const value: { month?: { to?: unknown }; records?: { from?: unknown } } | null = JSON.parse(changes);
  const to = value?.month?.to;
  const from = value?.records?.from;
  return {
    month: typeof to === 'string' ? to : '',
    records: typeof from === 'number' ? from : 0,
  };
}
