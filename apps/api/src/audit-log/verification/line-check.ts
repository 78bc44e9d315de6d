import { isAscii } from 'node:buffer';
import { commit, recordHash } from '../proof/leaf.js';
import { HASH_BYTES } from '../proof/merkle-tree.js';
import { UnencodableRecordError } from '../proof/proof.errors.js';
import { type PersonalValue, parseRecordLine, type RecordLine } from './record-line.js';

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
  leafIndexes: Float64Array;
  /** for each line its leaf's hash, as the line says; of 32 bytes */
  leafHashes: Uint8Array;
  ids: string[];
  edited: EditedRecord[];
  /** changes of jobs: parallel lists */
  jobs: { ids: string[]; revs: number[]; ended: boolean[] };
  /** records that are there, by month */
  present: [month: string, count: number][];
  gone: Absence[];
  erased: Absence[];
  removals: Removal[];
}

/** Holds each line against its own leaf hash. @param batch lines with a newline between them, in UTF-8 */
export function checkLines(batch: Uint8Array<ArrayBuffer>): CheckedLines {
  const lines = linesOf(Buffer.from(batch.buffer, batch.byteOffset, batch.length));
  const check = new LineCheck(lines.length);
  for (const [at, line] of lines.entries()) check.line(at, line);
  return check.result();
}

const NEWLINE = 0x0a;

/** Line by line: one character beyond ASCII makes a whole text take twice the memory, and twice the time. */
function linesOf(batch: Buffer): string[] {
  if (isAscii(batch)) return batch.toString('latin1').split('\n');
  const lines: string[] = [];
  for (let begin = 0; begin <= batch.length; ) {
    const end = batch.indexOf(NEWLINE, begin);
    const line = batch.subarray(begin, end === -1 ? batch.length : end);
    lines.push(isAscii(line) ? line.toString('latin1') : line.toString('utf8'));
    begin += line.length + 1;
  }
  return lines;
}

/** After these a job has no further change. */
const LAST_ACTIONS = new Set(['job.completed', 'job.cancelled']);

class LineCheck {
  readonly #leafIndexes: Float64Array;
  readonly #leafHashes: Buffer;
  readonly #ids: string[] = [];
  readonly #edited: EditedRecord[] = [];
  readonly #jobs: CheckedLines['jobs'] = { ids: [], revs: [], ended: [] };
  readonly #present = new Map<string, number>();
  readonly #gone = new Absences();
  readonly #erased = new Absences();
  readonly #removals: Removal[] = [];
  #unsealed = 0;

  constructor(count: number) {
    this.#leafIndexes = new Float64Array(count).fill(-1);
    this.#leafHashes = Buffer.alloc(count * HASH_BYTES);
  }

  line(at: number, line: string): void {
    try {
      this.#record(at, parseRecordLine(line));
    } catch (error) {
      if (!(error instanceof UnencodableRecordError)) throw error;
      this.#unreadable(at, line, error.message);
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

  #record(at: number, line: RecordLine): void {
    const { id, leafIndex, leafHash, record } = line;
    this.#ids[at] = id;
    if (leafIndex === null || leafHash?.length !== HASH_BYTES) {
      this.#unsealed += 1;
    } else {
      this.#leafIndexes[at] = leafIndex;
      this.#leafHashes.set(leafHash, at * HASH_BYTES);
    }
    if (record === undefined) {
      this.#gone.add(absence(monthOf(id), leafIndex, id));
      return;
    }
    const found = recordHash(record);
    if (leafHash !== null && !found.equals(leafHash)) {
      const hashes = { sealed: leafHash.toString('base64'), found: found.toString('base64') };
      this.#edited.push({ id, leafIndex, why: 'it is not what was sealed', hashes });
    }
    this.#personal(line, 'sourceIp', 'source address');
    this.#personal(line, 'userAgent', 'user agent');
    const month = record.occurredAt.slice(0, 7);
    this.#present.set(month, (this.#present.get(month) ?? 0) + 1);
    if (record.rev !== null && record.resourceId !== null) {
      this.#jobs.ids.push(record.resourceId);
      this.#jobs.revs.push(record.rev);
      this.#jobs.ended.push(LAST_ACTIONS.has(record.action));
    }
    this.#removal(line);
  }

  /** What no leaf covers. The leaf that the line names is believed, so that the tree is the same and can go on. */
  #unreadable(at: number, line: string, why: string): void {
    const id = /"id":"([0-9a-f-]{36})"/.exec(line)?.[1] ?? 'of an unreadable line';
    const [, index = '', hash = ''] = /"leafIndex":(\d{1,15}),"leafHash":"([^"]{44})"/.exec(line) ?? [];
    const leafIndex = index === '' ? null : Number(index);
    this.#ids[at] = id;
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

  #personal(
    { id, leafIndex, record, ...line }: RecordLine,
    name: 'sourceIp' | 'userAgent',
    what: string,
  ): void {
    const commitment = record?.[name] ?? null;
    const stated = line[name];
    if (stated === undefined) {
      if (commitment !== null) this.#erased.add(absence(record?.actorId ?? 'nobody', leafIndex, id));
    } else if (commitment === null || !fits(stated, commitment)) {
      this.#edited.push({
        id,
        leafIndex,
        why: `its ${what} is not the one that was sealed`,
        hashes: undefined,
      });
    }
  }

  #removal({ leafIndex, record }: RecordLine): void {
    if (record?.action === 'audit.erased') {
      const of = record.resourceId ?? 'nobody';
      this.#removals.push({ action: 'audit.erased', leafIndex, of, count: 0 });
    }
    if (record?.action === 'audit.retained') {
      const { month, records } = retainedOf(record.changes);
      this.#removals.push({ action: 'audit.retained', leafIndex, of: month, count: records });
    }
  }
}

function fits({ value, salt }: PersonalValue, commitment: Buffer): boolean {
  return salt.length === 16 && commit(salt, value).equals(commitment);
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
