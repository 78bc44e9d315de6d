import type { schema } from '@coordinator-registry/client';
import { textOf } from './text.js';

/** A record of the audit log on one line: when, who, what, about what, and how it changed. */
export function recordLine(record: Omit<schema.AuditRecord, 'kid'>): string {
  const { occurredAt, actorName, actorType, action, outcome, reason, resourceId, changes, occurrences } =
    record;
  const parts = [
    textOf(occurredAt),
    textOf(actorName ?? actorType),
    outcome === 'DENIED' ? `${action} DENIED` : action,
    resourceId,
    changesLine(changes),
    reason === null ? undefined : `reason: ${textOf(reason)}`,
    occurrences > 1 ? `${occurrences} times` : undefined,
  ];
  return parts.filter((it) => it !== undefined && it !== null && it !== '').join('  ');
}

const SHOWN = 4;

function changesLine(changes: schema.AuditRecord['changes']): string {
  const members = Object.entries(changes);
  const shown = members.slice(0, SHOWN).map(([name, change]) => `${name}=${textOf(change.to)}`);
  return members.length > SHOWN ? [...shown, `+${members.length - SHOWN}`].join(' ') : shown.join(' ');
}
