import { printable } from '../audit-proof/printable.js';

/** The kinds of findings, in the words that the report uses. */
export type FindingKind =
  | 'record edited'
  | 'record missing'
  | 'record added'
  | 'tail cut'
  | 'head cut'
  | 'order changed'
  | 'checkpoint forged'
  | 'checkpoint rolled back'
  | 'checkpoint missing'
  | 'checkpoint altered'
  | 'tree altered'
  | 'removal forged'
  | 'gap in rev';

export interface Finding {
  kind: FindingKind;
  /** what and where, in one sentence; it quotes the log, so it may contain any character until it is printed */
  text: string;
}

/**
 * How many findings of each kind are kept; further ones are only counted. A million edited records must not fill the
 * memory.
 */
const MAX_REPORTED = 20;

/** The findings of a verification, in bounded memory. */
export class Findings {
  private readonly counts = new Map<FindingKind, number>();
  private readonly reported: Finding[] = [];

  add(kind: FindingKind, text: string): void {
    const count = this.count(kind);
    this.counts.set(kind, count + 1);
    if (count < MAX_REPORTED) this.reported.push({ kind, text: printable(text) });
  }

  count(kind: FindingKind): number {
    return this.counts.get(kind) ?? 0;
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  /** By kind, in the order in which the kinds first occurred. */
  lines(): string[] {
    return [...this.counts].flatMap(([kind, count]) => {
      const reported = this.reported.filter((it) => it.kind === kind).map(({ text }) => `${kind}: ${text}`);
      return count > MAX_REPORTED ? [...reported, `${kind}: and ${count - MAX_REPORTED} more`] : reported;
    });
  }
}
