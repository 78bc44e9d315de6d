import { type MissingData, MissingDataByCause, type VerifiedBatch } from './batch-verification.js';
import type { Findings } from './finding.js';
import type { Removal } from './removal-record.js';

/** Maximum number of actors whose personal values are checked one by one. */
const MAX_ACTORS = 100_000;

/** Checks that missing data was removed by retention or erasure: a sealed record of the log must say so. */
export class AbsenceCheck {
  private readonly present = new Map<string, number>();
  private readonly gone = new MissingDataByCause();
  private readonly erased = new MissingDataByCause();
  private readonly removals: Removal[] = [];

  constructor(private readonly findings: Findings) {}

  add({
    present,
    gone,
    erased,
    removals,
  }: Pick<VerifiedBatch, 'present' | 'gone' | 'erased' | 'removals'>): void {
    for (const [month, count] of present) this.present.set(month, (this.present.get(month) ?? 0) + count);
    for (const it of gone) this.gone.add(it);
    for (const it of erased) {
      if (this.erased.size < MAX_ACTORS || this.erased.has(it.of)) this.erased.add(it);
      else this.tellErased(it);
    }
    for (const it of removals) {
      if (it.impossible === undefined) this.removals.push(it);
      else {
        this.findings.add(
          'removal forged',
          `record ${it.recordId} says ${it.action} of ${it.of}, which no function of the database can have written: ${it.impossible}`,
        );
      }
    }
  }

  /** What is missing, or was continued, according to sealed records of the log: sentences for every verdict. */
  get reported(): string[] {
    const sealed = this.removals.filter(({ leafIndex }) => leafIndex !== null);
    const of = (action: Removal['action']) => sealed.filter((it) => it.action === action);
    const months = new Map(of('audit.retained').map((it) => [it.of, it.count]));
    const erasures = new Map<string, number>();
    for (const it of of('audit.erased')) erasures.set(it.of, (erasures.get(it.of) ?? 0) + 1);
    return [
      ...[...months].sort().map(([month, count]) => `retention removed ${month}, ${count} records`),
      ...[...erasures].map(
        ([actor, times]) =>
          `source addresses and user agents of ${actor} were erased${times === 1 ? '' : `, in ${times} parts`}`,
      ),
    ];
  }

  /** The record of the continuation that this checkpoint made, sealed or not. */
  continuation(seq: number): Removal | undefined {
    return this.all('audit.continued').find(({ of }) => of === String(seq));
  }

  /**
   * The end of the last month that retention removed, according to sealed and unsealed records; undefined if it removed
   * none.
   */
  get removedBefore(): Date | undefined {
    const months = this.all('audit.retained').map(({ of }) => endOf(of));
    return months.reduce<Date | undefined>(
      (last, it) => (last === undefined || it > last ? it : last),
      undefined,
    );
  }

  /**
   * @param leaves total number of leaves
   * @param isExport whether the log was read page by page, so that retention may have run in between
   * @returns what is inconclusive so far, as sentences
   */
  end(leaves: number, isExport: boolean): string[] {
    return [...this.endGone(leaves, isExport), ...this.endErased()];
  }

  private endGone(leaves: number, isExport: boolean): string[] {
    const retained = this.all('audit.retained');
    const isRemovedByRetention = (month: string, records: number) =>
      retained.some(({ of, count }) => of === month && count === records);
    const removedMeanwhile: string[] = [];
    const unlawful: ReturnType<typeof this.gone.all> = [];
    for (const month of this.gone.all()) {
      const { of, count } = month;
      const present = this.present.get(of) ?? 0;
      if (!isRemovedByRetention(of, count + (isExport ? present : 0))) unlawful.push(month);
      else if (present > 0) {
        removedMeanwhile.push(
          `retention removed the records of ${of} while the log was exported: export it again`,
        );
      }
    }
    if (unlawful.length > 0) this.tellGone(unlawful, leaves);
    const sealed = new Set(retained.filter(({ leafIndex }) => leafIndex !== null).map(({ of }) => of));
    const unsealed = [...new Set(retained.map(({ of }) => of))]
      .filter((of) => !sealed.has(of))
      .map((of) => `the records of ${of} are gone by retention, which is not sealed yet`);
    return [...removedMeanwhile, ...unsealed];
  }

  private tellGone(unlawful: readonly MissingData[], leaves: number): void {
    const count = unlawful.reduce((sum, it) => sum + it.count, 0);
    const first = Math.min(...unlawful.map((it) => it.firstLeaf));
    const last = Math.max(...unlawful.map((it) => it.lastLeaf));
    const atOnce = last - first + 1 === count;
    const retainedTo = Math.max(
      -1,
      ...this.gone
        .all()
        .filter((it) => !unlawful.includes(it))
        .map((it) => it.lastLeaf),
    );
    for (const { of, count: lost, recordId, firstLeaf } of unlawful) {
      const where = `${lost} of ${of}, the first of them leaf ${firstLeaf}, one of them ${recordId}`;
      if (!this.present.has(of)) {
        this.findings.add(
          'record missing',
          `all records of ${of} are gone (${where}), and no sealed audit.retained record explains it`,
        );
      } else if (atOnce && last === leaves - 1)
        this.findings.add('tail cut', `the last records are gone: ${where}`);
      else if (atOnce && first <= retainedTo + 1)
        this.findings.add('head cut', `the first records are gone: ${where}`);
      else this.findings.add('record missing', where);
    }
  }

  private endErased(): string[] {
    const pending: string[] = [];
    for (const erased of this.erased.all()) {
      const lawful = this.all('audit.erased').filter(
        ({ of, leafIndex }) => of === erased.of && (leafIndex === null || leafIndex > erased.lastLeaf),
      );
      if (lawful.length === 0) this.tellErased(erased);
      else if (lawful.every(({ leafIndex }) => leafIndex === null)) {
        pending.push(`personal values of ${erased.of} were erased, which is not sealed yet`);
      }
    }
    return pending;
  }

  private tellErased({ of, count, recordId }: MissingData): void {
    this.findings.add(
      'record edited',
      `source address or user agent of ${count} records of actor ${of} are gone, and no sealed audit.erased record explains it; one is ${recordId}`,
    );
  }

  private all(action: Removal['action']): Removal[] {
    return this.removals.filter((it) => it.action === action);
  }
}

/** @param month YYYY-MM */
function endOf(month: string): Date {
  const begin = new Date(`${month}-01T00:00:00Z`);
  return new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + 1));
}
