import type { Job } from '../../src/jobs/job.js';

/** A change of a job that an answer has acknowledged. */
export interface AcknowledgedChange {
  requestId: string;
  keyId: string;
  jobId: string;
  action: string;
  rev: number;
}

/** A change of a key that an answer has acknowledged. */
export interface KeyChange {
  requestId: string;
  action: string;
  keyId: string;
}

/** A key that no longer counts since an answer said so. `at`: the clock of the database after that answer. */
export interface EndedKey {
  keyId: string;
  at: string;
}

/** A request that was admitted at some moment between the two times, in milliseconds. */
export interface Admission {
  from: number;
  to: number;
}

export interface Admissions {
  /** in any minute */
  limit: number;
  admitted: Admission[];
}

/** What the answers said. At the end the database must agree. */
export class Ledger {
  readonly changes: AcknowledgedChange[] = [];
  readonly keyChanges: KeyChange[] = [];
  readonly endedKeys: EndedKey[] = [];
  /** the requests whose answers say that nothing was changed */
  readonly unchanged: string[] = [];
  /** how often each request had each answer */
  readonly answers = new Map<string, number>();
  /** answers that the contract does not have for their request */
  readonly surprises = new Map<string, number>();
  /** by what is limited: a coordinator, or a budget of failures */
  readonly admissions = new Map<string, Admissions>();

  /** @param outcome the code of a problem, or the status of another answer */
  note(kind: string, outcome: string | number, isExpected: boolean): void {
    const name = `${kind}: ${outcome}`;
    count(this.answers, name);
    if (!isExpected) count(this.surprises, name);
  }

  changed(requestId: string, keyId: string, action: string, { id, rev }: Job): void {
    this.changes.push({ requestId, keyId, jobId: id, action, rev });
  }

  admitted(what: string, limit: number, admission: Admission): void {
    const known = this.admissions.get(what);
    if (known === undefined) this.admissions.set(what, { limit, admitted: [admission] });
    else known.admitted.push(admission);
  }

  /** How many answers there were of the kinds and outcomes that match. */
  countOf(pattern: RegExp): number {
    let sum = 0;
    for (const [name, times] of this.answers) if (pattern.test(name)) sum += times;
    return sum;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
