import { idOfKey, momentOf } from './batch-verification.js';
import type { Findings } from './finding.js';

/** The changes of one job seen so far, in any order. */
interface JobRevs {
  /** the first `rev` seen */
  first: number;
  /** all revs up to this one were seen */
  upTo: number;
  /** revs seen beyond `upTo` */
  ahead: Set<number>;
  /** the `rev` of the job's last change, if seen */
  ends: number | undefined;
}

/**
 * Every change of a job raises its `rev` by one and writes one record, so a missing record shows as a gap. The check
 * keeps a few numbers for each job that has not ended, and nothing for the others.
 */
export class RevCheck {
  private readonly jobs = new Map<string, JobRevs>();
  /** the youngest job whose first records are missing */
  private headless: { job: string; first: number; moment: Date } | undefined;

  constructor(private readonly findings: Findings) {}

  /** @param job as `keyAt` returns it; for most jobs the id text is never needed */
  add(job: string, rev: number, ended: boolean): void {
    let revs = this.jobs.get(job);
    if (revs === undefined) {
      revs = { first: rev, upTo: rev, ahead: new Set(), ends: undefined };
      this.jobs.set(job, revs);
    } else if (rev === revs.upTo + 1) {
      revs.upTo = rev;
    } else if (rev < revs.first) {
      // Written by a transaction that began earlier and was sealed later.
      this.before(revs, rev);
    } else if (rev <= revs.upTo || revs.ahead.has(rev)) {
      this.findings.add('record added', `job ${idOfKey(job)} has two records of rev ${rev}`);
    } else {
      revs.ahead.add(rev);
    }
    while (revs.ahead.delete(revs.upTo + 1)) revs.upTo += 1;
    if (ended) revs.ends = rev;
    // A job whose first records are missing is kept: they may still come.
    if (revs.first === 1 && revs.ends === revs.upTo && revs.ahead.size === 0) this.jobs.delete(job);
  }

  /**
   * Call it after the last record.
   *
   * @param removedBefore retention may have removed records older than this, so an older job may lack its first
   *   records
   */
  end(removedBefore: Date | undefined): void {
    for (const [job, revs] of this.jobs) this.judge(idOfKey(job), revs);
    this.jobs.clear();
    const headless = this.headless;
    if (headless === undefined || (removedBefore !== undefined && headless.moment < removedBefore)) return;
    this.findings.add(
      'gap in rev',
      `the records of job ${headless.job} begin at rev ${headless.first}, not at 1`,
    );
  }

  /** Adds a record with a lower `rev` than the first one seen, as if it had come first. */
  private before(revs: JobRevs, rev: number): void {
    const { first, upTo } = revs;
    revs.first = rev;
    if (rev + 1 === first) return;
    for (let it = first; it <= upTo; it += 1) revs.ahead.add(it);
    revs.upTo = rev;
  }

  private judge(job: string, revs: JobRevs): void {
    if (revs.ahead.size > 0) {
      const after = Math.min(...revs.ahead);
      this.findings.add('gap in rev', `job ${job} has no record between rev ${revs.upTo} and rev ${after}`);
    }
    if (revs.first === 1) return;
    const moment = momentOf(job);
    if (this.headless === undefined || !(moment <= this.headless.moment)) {
      this.headless = { job, first: revs.first, moment };
    }
  }
}
