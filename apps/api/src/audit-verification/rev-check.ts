import { idOfKey, momentOf } from './batch-verification.js';
import type { Findings } from './finding.js';

/** Changes of one job that have come, out of order too. */
interface JobRevs {
  /** the first `rev` that came */
  first: number;
  /** all up to this one have come */
  upTo: number;
  /** beyond it */
  ahead: Set<number>;
  /** the `rev` of its last change, where that has come */
  ends: number | undefined;
}

/**
 * Every change of a job raises its `rev` by one and writes one record, so a missing record shows as a gap. It keeps a few numbers for
 * each job that is not ended, and none for the others.
 */
export class RevCheck {
  readonly #jobs = new Map<string, JobRevs>();
  /** the youngest job whose first records are not there */
  #headless: { job: string; first: number; moment: Date } | undefined;

  constructor(private readonly findings: Findings) {}

  /** @param job as `keyAt` has it: of most jobs nobody ever asks the id */
  add(job: string, rev: number, ended: boolean): void {
    let revs = this.#jobs.get(job);
    if (revs === undefined) {
      revs = { first: rev, upTo: rev, ahead: new Set(), ends: undefined };
      this.#jobs.set(job, revs);
    } else if (rev === revs.upTo + 1) {
      revs.upTo = rev;
    } else if (rev < revs.first) {
      // Written by a transaction that began earlier and was sealed later.
      this.#before(revs, rev);
    } else if (rev <= revs.upTo || revs.ahead.has(rev)) {
      this.findings.add('record added', `job ${idOfKey(job)} has two records of rev ${rev}`);
    } else {
      revs.ahead.add(rev);
    }
    while (revs.ahead.delete(revs.upTo + 1)) revs.upTo += 1;
    if (ended) revs.ends = rev;
    // Without its first ones it is kept: they may yet come.
    if (revs.first === 1 && revs.ends === revs.upTo && revs.ahead.size === 0) this.#jobs.delete(job);
  }

  /**
   * After the last record.
   *
   * @param retainedBefore records that are older may be gone by retention, so a job that is older may lack its first ones
   */
  end(retainedBefore: Date | undefined): void {
    for (const [job, revs] of this.#jobs) this.#judge(idOfKey(job), revs);
    this.#jobs.clear();
    const headless = this.#headless;
    if (headless === undefined || (retainedBefore !== undefined && headless.moment < retainedBefore)) return;
    this.findings.add(
      'gap in rev',
      `the records of job ${headless.job} begin at rev ${headless.first}, not at 1`,
    );
  }

  /** A record before the first that came: as if it had been the first. */
  #before(revs: JobRevs, rev: number): void {
    const { first, upTo } = revs;
    revs.first = rev;
    if (rev + 1 === first) return;
    for (let it = first; it <= upTo; it += 1) revs.ahead.add(it);
    revs.upTo = rev;
  }

  #judge(job: string, revs: JobRevs): void {
    if (revs.ahead.size > 0) {
      const after = Math.min(...revs.ahead);
      this.findings.add('gap in rev', `job ${job} has no record between rev ${revs.upTo} and rev ${after}`);
    }
    if (revs.first === 1) return;
    const moment = momentOf(job);
    if (this.#headless === undefined || !(moment <= this.#headless.moment)) {
      this.#headless = { job, first: revs.first, moment };
    }
  }
}
