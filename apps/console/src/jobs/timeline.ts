import type { AuditRecord } from '../generated/schema';

/** A line of the timeline: a record, consecutive progress reports as one, or records that are missing. */
export type TimelineEntry =
  | { kind: 'record'; record: AuditRecord }
  | { kind: 'progress'; records: AuditRecord[]; from: number; to: number }
  | { kind: 'gap'; after: number; before: number };

/** @param records of one job, the newest first */
export function timelineOf(records: readonly AuditRecord[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let last: number | undefined;
  for (const record of records) {
    if (record.rev !== null) {
      if (last !== undefined && record.rev < last - 1)
        entries.push({ kind: 'gap', after: record.rev, before: last });
      last = record.rev;
    }
    const end = entries.at(-1);
    if (record.action !== 'job.progressed' || record.outcome !== 'SUCCESS')
      entries.push({ kind: 'record', record });
    else if (end?.kind === 'progress') {
      end.records.push(record);
      end.from = percentOf(record, 'from') ?? end.from;
    } else {
      const to = percentOf(record, 'to') ?? 0;
      entries.push({ kind: 'progress', records: [record], from: percentOf(record, 'from') ?? to, to });
    }
  }
  return entries;
}

function percentOf({ changes }: AuditRecord, side: 'from' | 'to'): number | undefined {
  const value = changes.progressPercent?.[side];
  return typeof value === 'number' ? value : undefined;
}
