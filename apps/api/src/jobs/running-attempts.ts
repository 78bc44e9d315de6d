import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { stringifyJson } from '../common/exact-json.js';
import type { Job } from './job.js';

/** Bytes, at most; see {@link bytesOf}. */
const MAX_BYTES = 32_000_000;
const MAX_BYTES_OF_JOB = 200_000;
/**
 * The default lease. After it a server reads the attempt anew: if a database lost changes in a fail-over, or was restored from
 * a backup, another attempt may have the number of one that the server knows.
 */
const LIFE_MS = 300_000;

/** An attempt that a server has seen. */
interface Seen {
  attempt: number;
  startedAt: string | null;
  /** null: it is too large to be kept */
  job: Job | null;
}

/**
 * Jobs that this process has seen RUNNING. While an attempt runs, most members of its job keep their values
 * (docs/adr/0079), so a statement that checks the attempt needs not return them again.
 *
 * That a job is known proves nothing about the caller's rights or about the job's status: the statement checks both.
 */
@Injectable()
export class RunningAttempts {
  private readonly seen = new LRUCache<string, Seen>({ maxSize: MAX_BYTES, ttl: LIFE_MS });

  /** @param job as it was just read from the database, with all members */
  note(job: Job): void {
    if (job.status !== 'RUNNING') {
      this.forget(job.id);
      return;
    }
    const { id, attempt, startedAt } = job;
    const known = this.seen.get(id);
    if (known?.attempt === attempt && known.startedAt === startedAt) return;
    const bytes = bytesOf(job);
    const isKept = bytes <= MAX_BYTES_OF_JOB;
    this.seen.set(
      id,
      { attempt, startedAt, job: isKept ? job : null },
      { size: isKept ? bytes : BYTES_OF_SMALL },
    );
  }

  forget(id: string): void {
    this.seen.delete(id);
  }

  /** The job, if this process knows this attempt; null: the request names none. */
  find(id: string, attempt: number | null): Job | undefined {
    const known = this.seen.get(id);
    return known?.job?.attempt === attempt ? known.job : undefined;
  }
}

/** A job without the values of any length, with its place in the map. */
const BYTES_OF_SMALL = 1_500;
/** V8 takes 63 bytes for `{},` and 76 for `1.0,`, which is kept with its digits. */
const BYTES_OF_VALUE = 80;

/** An estimate of what a job takes in memory, rather too high. Metadata, the previous attempt and the triggers may have any length. */
function bytesOf({ metadata, previousAttempt, triggers }: Job): number {
  const json = stringifyJson([metadata, previousAttempt, triggers]);
  const values = json.match(/[[{,]/g)?.length ?? 0;
  return BYTES_OF_SMALL + 2 * json.length + BYTES_OF_VALUE * values;
}
