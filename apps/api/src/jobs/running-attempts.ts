import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { stringifyJson } from '../common/exact-json.js';
import type { Job } from './job.js';

/** Characters of JSON. A job takes about as many bytes in memory: a small one 1,100. */
const MAX_SIZE = 24_000_000;
const MAX_SIZE_OF_JOB = 100_000;
/**
 * An attempt is read anew after this time, which is the default lease. If a database is restored from a backup while servers
 * run, another attempt may get the number of one that they know.
 */
const LIFE_MS = 300_000;

/**
 * Jobs that this process has seen RUNNING. While an attempt runs, most members of its job keep their values
 * (docs/adr/0079), so a statement that checks the attempt needs not return them again.
 *
 * That a job is known proves nothing about the caller's rights or about the job's status: the statement checks both.
 */
@Injectable()
export class RunningAttempts {
  private readonly jobs = new LRUCache<string, Job>({
    maxSize: MAX_SIZE,
    maxEntrySize: MAX_SIZE_OF_JOB,
    sizeCalculation: (job) => stringifyJson(job).length,
    ttl: LIFE_MS,
  });

  /** Takes note of a job that was just read or changed. */
  note(job: Job): void {
    if (job.status !== 'RUNNING') this.jobs.delete(job.id);
    else if (this.jobs.get(job.id)?.attempt !== job.attempt) this.jobs.set(job.id, job);
  }

  /** The job, if this process knows this attempt; null: the request names none. */
  find(id: string, attempt: number | null): Job | undefined {
    const job = this.jobs.get(id);
    return job?.attempt === attempt ? job : undefined;
  }
}
