import { type ExportHeader, formatExportHeader } from '../../audit-proof/export-header.js';
import { ExportLine } from '../../audit-proof/export-line.js';

export const EXPORT_FORMATS = ['ndjson', 'csv', 'ocsf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface LineFormat {
  mediaType: string;
  /** file name extension */
  extension: string;
  /** the text before the first record */
  header: (header: ExportHeader) => string;
  /** @param line as `RECORD_LINE` writes it, without the newline */
  format: (line: string) => string;
}

const COLUMNS = [
  'id',
  'occurredAt',
  'actorType',
  'actorId',
  'actorName',
  'keyId',
  'action',
  'outcome',
  'reason',
  'workspaceId',
  'resourceType',
  'resourceId',
  'rev',
  'changes',
  'requestId',
] as const;

export const FORMATS: Record<ExportFormat, LineFormat> = {
  // Unchanged from Postgres; otherwise it could not be verified.
  ndjson: {
    mediaType: 'application/x-ndjson',
    extension: 'ndjson',
    header: formatExportHeader,
    format: (line) => `${line}\n`,
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    header: () => `${[...COLUMNS, 'sourceIp', 'userAgent', 'occurrences', 'leafIndex'].join()}\r\n`,
    format: (line) => csvRow(exportedRecord(line)),
  },
  ocsf: {
    mediaType: 'application/x-ndjson',
    extension: 'ocsf.ndjson',
    header: () => '',
    format: (line) => ocsfEvent(exportedRecord(line)),
  },
};

/** The members of a record that the other formats show. */
interface ExportedRecord extends Record<(typeof COLUMNS)[number], string | number | null> {
  id: string;
  occurredAt: string;
  actorType: string;
  action: string;
  rev: number | null;
  /** JSON text from Postgres, because its numbers lose digits in JavaScript */
  changes: string;
  sourceIp: string | null;
  userAgent: string | null;
  occurrences: number;
  leafIndex: number | null;
}

/** @throws UnencodableRecordError if the server cannot have written the line */
function exportedRecord(text: string): ExportedRecord | undefined {
  const bytes = Buffer.from(text);
  const line = new ExportLine().read(bytes, 0, bytes.length);
  if (line.isLeafAlone) return undefined;
  return {
    id: line.text(line.id),
    occurredAt: line.text(line.occurredAt),
    actorType: line.text(line.actorType),
    actorId: line.optionalText(line.actorId),
    actorName: line.optionalText(line.actorName),
    keyId: line.optionalText(line.keyId),
    action: line.text(line.action),
    outcome: line.text(line.outcome),
    reason: line.optionalText(line.reason),
    workspaceId: line.optionalText(line.workspaceId),
    resourceType: line.optionalText(line.resourceType),
    resourceId: line.optionalText(line.resourceId),
    rev: line.optionalInteger(line.rev),
    changes: line.text(line.changes),
    requestId: line.optionalText(line.requestId),
    sourceIp: line.optionalText(line.sourceIp),
    userAgent: line.optionalText(line.userAgent),
    occurrences: line.occurrences.value,
    leafIndex: line.optionalInteger(line.leafIndex),
  };
}

function csvRow(record: ExportedRecord | undefined): string {
  if (record === undefined) return '';
  const values = [
    ...COLUMNS.map((it) => record[it]),
    record.sourceIp,
    record.userAgent,
    record.occurrences,
    record.leafIndex,
  ];
  return `${values.map(csvCell).join()}\r\n`;
}

/**
 * RFC 4180, always quoted. A text that a spreadsheet would interpret as a formula gets a leading apostrophe, as OWASP
 * advises. So a chosen name cannot run a formula when the file is opened. Numbers come from the server and stay
 * unchanged.
 */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

const [CREATE, READ, UPDATE, DELETE, OTHER] = [1, 2, 3, 4, 99];

/** The kind of an action in OCSF: the enumeration `activity_id` of class 6003. */
function activityOf(action: string): number {
  const verb = action.slice(action.indexOf('.') + 1);
  if (['created', 'registered', 'issued', 'opened'].includes(verb)) return CREATE;
  if (['read', 'listed', 'exported'].includes(verb)) return READ;
  if (['deleted', 'revoked', 'erased', 'retained', 'closed'].includes(verb)) return DELETE;
  return verb === 'denied' || verb === 'limited' ? OTHER : UPDATE;
}

const CLASS = 6_003;

/** OCSF 1.3.0, API Activity; docs/audit-log.md has the table. */
function ocsfEvent(record: ExportedRecord | undefined): string {
  if (record === undefined) return '';
  const activity = activityOf(record.action);
  const denied = record.outcome === 'DENIED';
  const event = {
    category_uid: 6,
    class_uid: CLASS,
    activity_id: activity,
    type_uid: CLASS * 100 + activity,
    time: Date.parse(record.occurredAt),
    severity_id: denied ? 2 : 1,
    status_id: denied ? 2 : 1,
    status_detail: record.reason ?? undefined,
    count: record.occurrences,
    actor: {
      user: {
        type: record.actorType,
        type_id: record.actorType === 'SYSTEM' ? 3 : record.actorType === 'ANONYMOUS' ? 0 : 99,
        uid: record.actorId ?? undefined,
        name: record.actorName ?? undefined,
        credential_uid: record.keyId ?? undefined,
      },
    },
    api: {
      operation: record.action,
      service: { name: 'coordinator-registry' },
      request: record.requestId === null ? undefined : { uid: record.requestId },
    },
    src_endpoint: record.sourceIp === null ? { name: 'unknown' } : { ip: record.sourceIp },
    http_request: record.userAgent === null ? undefined : { user_agent: record.userAgent },
    resources:
      record.resourceType === null
        ? undefined
        : [
            {
              type: record.resourceType,
              uid: record.resourceId ?? undefined,
              version: record.rev?.toString(),
            },
          ],
    metadata: {
      version: '1.3.0',
      product: { name: 'Coordinator Registry', vendor_name: 'Coordinator Registry' },
      log_name: 'audit-log',
      uid: record.id,
      sequence: record.leafIndex ?? undefined,
      tenant_uid: record.workspaceId ?? undefined,
    },
  };
  // The changes are inserted as text: their numbers have more digits than JavaScript can represent.
  return `${JSON.stringify(event).slice(0, -1)},"unmapped":{"changes":${record.changes}}}\n`;
}
