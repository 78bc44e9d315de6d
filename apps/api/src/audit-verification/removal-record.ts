import type { RecordFields } from '../audit-proof/record-fields.js';
import { isText } from './rebuilt-leaf.js';

/**
 * What a record says about a retention, an erasure or a continuation of the log. A continuation removes nothing, but it is
 * included, because it too must be explained by a record.
 */
export interface Removal {
  action: 'audit.retained' | 'audit.erased' | 'audit.continued';
  leafIndex: number | null;
  /** the month, the actor's id, or the number of the checkpoint that continues the log */
  of: string;
  /** number of removed records */
  count: number;
  recordId?: string;
  /** the operator's reason for a continuation */
  reason?: string;
  /** why no database function can have written the record; such a record explains no missing data */
  impossible?: string;
}

const ERASED = Buffer.from('audit.erased');
const RETAINED = Buffer.from('audit.retained');
const CONTINUED = Buffer.from('audit.continued');
const PREFIX = Buffer.from('audit.');
const SYSTEM = Buffer.from('SYSTEM');
const OPERATOR = Buffer.from('OPERATOR');
const SUCCESS = Buffer.from('SUCCESS');
const RETENTION = Buffer.from('retention');
const SEALING = Buffer.from('sealing');
const AUDIT_LOG = Buffer.from('audit-log');
const KINDS_OF_ACTOR = [Buffer.from('coordinator'), Buffer.from('operator')];
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
/** `audit_retention.months` is at least 1. */
const MIN_MONTHS = 1;

/**
 * The removals or the continuation that a record states; empty for all other records, which are by far the most.
 *
 * @param month month of the record, YYYY-MM
 */
export function removalsOf(form: RecordFields, leafIndex: number | null, month: string): Removal[] {
  const { action } = form;
  if (!isPrefix(form)) return [];
  const record = { leafIndex, recordId: form.uuidText(form.id) };
  if (isText(form, action, ERASED)) {
    const of = form.resourceId.isNull ? 'nobody' : form.uuidText(form.resourceId);
    return [{ action: 'audit.erased', ...record, of, count: 0, ...because(wrongErasure(form)) }];
  }
  if (isText(form, action, RETAINED)) return retainedBy(form, record, month);
  if (isText(form, action, CONTINUED)) {
    const { checkpoint, reason } = changesOf(form);
    const of = String(typeof checkpoint?.to === 'number' ? checkpoint.to : '');
    const why = typeof reason?.to === 'string' ? reason.to : '';
    return [
      {
        action: 'audit.continued',
        ...record,
        of,
        count: 0,
        reason: why,
        ...because(wrongActor(form, SEALING)),
      },
    ];
  }
  return [];
}

function isPrefix({ bytes, action: { begin, end } }: RecordFields): boolean {
  if (end - begin < PREFIX.length) return false;
  for (let at = 0; at < PREFIX.length; at += 1) if (bytes[begin + at] !== PREFIX[at]) return false;
  return true;
}

/**
 * A record that names no month explains no missing month. Each record repeats the earlier months, because retention
 * later removes the records about them.
 */
function retainedBy(
  form: RecordFields,
  record: Pick<Removal, 'leafIndex' | 'recordId'>,
  month: string,
): Removal[] {
  const { month: taken, records, months, earlier } = changesOf(form);
  const kept = typeof months?.to === 'number' ? Math.max(months.to, MIN_MONTHS) : MIN_MONTHS;
  const all: [unknown, unknown][] = [[taken?.to, records?.from]];
  if (typeof earlier?.to === 'object' && earlier.to !== null) all.push(...Object.entries(earlier.to));
  return all.flatMap(([of, count]) => {
    if (typeof of !== 'string' || !MONTH.test(of)) return [];
    return {
      action: 'audit.retained' as const,
      ...record,
      of,
      count: typeof count === 'number' ? count : 0,
      ...because(wrongActor(form, RETENTION) ?? tooEarly(of, month, kept)),
    };
  });
}

function because(impossible: string | undefined): { impossible?: string } {
  return impossible === undefined ? {} : { impossible };
}

function tooEarly(taken: string, month: string, kept: number): string | undefined {
  if (monthNumber(month) - monthNumber(taken) > kept) return undefined;
  return `${taken} had not ended ${kept} whole months before this record of ${month}`;
}

function monthNumber(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
}

/** Checks the actor of a record that the database writes by itself. */
function wrongActor(form: RecordFields, name: Buffer): string | undefined {
  const { actorId, actorName, keyId, requestId, workspaceId, sourceIpCommitment, userAgentCommitment } = form;
  const isSystem = isText(form, form.actorType, SYSTEM) && !actorName.isNull && isText(form, actorName, name);
  const isBare = [actorId, keyId, requestId, workspaceId, sourceIpCommitment, userAgentCommitment].every(
    (it) => it.isNull,
  );
  const isWhole =
    isText(form, form.outcome, SUCCESS) &&
    !form.resourceType.isNull &&
    isText(form, form.resourceType, AUDIT_LOG);
  return isSystem && isBare && isWhole
    ? undefined
    : `its actor is not SYSTEM "${name}", or it has too many members`;
}

function wrongErasure(form: RecordFields): string | undefined {
  const { actorId, keyId, requestId, resourceId, resourceType } = form;
  const isByOperator =
    isText(form, form.actorType, OPERATOR) && ![actorId, keyId, requestId].some((it) => it.isNull);
  const isOfActor =
    isText(form, form.outcome, SUCCESS) &&
    !resourceId.isNull &&
    !resourceType.isNull &&
    KINDS_OF_ACTOR.some((it) => isText(form, resourceType, it));
  return isByOperator && isOfActor
    ? undefined
    : 'only an operator can erase, in a request, and only values of one actor';
}

type Changes = Record<string, { from?: unknown; to?: unknown } | null | undefined>;

/** Empty if the format is not the database's own. */
function changesOf(form: RecordFields): Changes {
  const value: Changes | null = JSON.parse(form.text(form.changes));
  return value ?? {};
}
