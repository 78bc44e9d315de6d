import { printable } from './printable.js';

/** The first line of an export. It describes the export, so that a partial export is not mistaken for a complete one. */
export interface ExportHeader {
  version: 1;
  /** whether its operator may see all workspaces, or only some */
  scope: 'all' | 'workspaces';
  /** the query parameters that excluded records */
  filter: Record<string, string>;
  /** the last checkpoint at the start of the export; null if there was none */
  checkpoint: { seq: number; size: number } | null;
}

const PREFIX = '{"export":';

export function formatExportHeader(header: ExportHeader): string {
  return `${JSON.stringify({ export: header })}\n`;
}

/** Whether a line begins like an export header. */
export function isExportHeader(line: string): boolean {
  return line.startsWith(PREFIX);
}

/** @returns why the export cannot be verified; undefined if it can */
export function refusalOf({ scope, filter }: Pick<ExportHeader, 'scope' | 'filter'>): string | undefined {
  const filters = Object.entries(filter).map(([name, value]) => `${name}=${value}`);
  if (filters.length > 0) {
    return (
      `this export was made with a filter (${printable(filters.join(', '))}), so it lacks records on purpose. ` +
      'Export again without filters: GET /audit-log/export'
    );
  }
  if (scope !== 'all') {
    return (
      'this export was made by an operator limited to some workspaces, so it lacks the records of the others. ' +
      'Export as an operator with access to all workspaces'
    );
  }
  return undefined;
}

/** Parses the header in a line; undefined if it is unreadable. */
export function parseExportHeader(line: string): ExportHeader | undefined {
  let value: { export?: Partial<Record<keyof ExportHeader, unknown>> } | null;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { version, scope, filter, checkpoint } = value?.export ?? {};
  if (version !== 1 || (scope !== 'all' && scope !== 'workspaces')) return undefined;
  if (typeof filter !== 'object' || filter === null) return undefined;
  const filters = Object.fromEntries(
    Object.entries(filter).map(([name, it]) => [name, typeof it === 'string' ? it : JSON.stringify(it)]),
  );
  return { version, scope, filter: filters, checkpoint: checkpointOf(checkpoint) };
}

function checkpointOf(value: unknown): ExportHeader['checkpoint'] {
  if (typeof value !== 'object' || value === null || !('seq' in value) || !('size' in value)) return null;
  const { seq, size } = value;
  return typeof seq === 'number' && typeof size === 'number' ? { seq, size } : null;
}
