import type { AuditAction, AuditRecord } from '../generated/schema';
import { shortId } from '../shared/format';
import { keysOf } from '../shared/keys-of';

/** What each action did, after the name of who did it. `{it}` is the resource. */
const VERBS: Record<AuditAction, string> = {
  'job.created': 'created {it}',
  'job.started': 'started {it}',
  'job.progressed': 'reported progress of {it}',
  'job.completed': 'completed {it}',
  'job.failed': 'failed {it}',
  'job.retried': 'retried {it}',
  'job.cancelled': 'cancelled {it}',
  'job.expired': 'let the lease of {it} expire',
  'job.requeued': 'returned {it} to pending',
  'job.triggered': 'triggered {it} again',
  'job.read': 'read {it}',
  'jobs.listed': 'listed jobs',
  'coordinator.registered': 'registered {it}',
  'coordinator.updated': 'changed {it}',
  'coordinator.suspended': 'suspended {it}',
  'coordinator.activated': 'activated {it}',
  'coordinator.deleted': 'deleted {it}',
  'coordinator-key.issued': 'issued {it}',
  'coordinator-key.rotated': 'rotated {it}',
  'coordinator-key.revoked': 'revoked {it}',
  'webhook.created': 'created {it}',
  'webhook.rotated': 'rotated {it}',
  'webhook.deleted': 'deleted {it}',
  'workspace.created': 'created {it}',
  'workspace.updated': 'changed {it}',
  'operator.created': 'created {it}',
  'operator.updated': 'changed {it}',
  'operator.rotated': 'rotated the access key of {it}',
  'operator.deleted': 'deleted {it}',
  'auth.denied': 'sent no valid credential',
  'access.denied': 'was refused',
  'rate.limited': 'reached a limit',
  'audit.exported': 'exported the log',
  'audit.retained': 'dropped a month of the log',
  'audit.erased': 'erased addresses and browsers',
  'audit.key-changed': 'changed the signing key',
  'audit.continued': 'continued the log',
  'session.opened': 'signed in',
  'session.closed': 'ended a session',
};

export const ACTIONS = keysOf(VERBS);

const KINDS: Record<string, string> = {
  job: 'job',
  coordinator: 'coordinator',
  'coordinator-key': 'key',
  webhook: 'webhook',
  workspace: 'workspace',
  operator: 'operator',
  'operator-session': 'session',
  session: 'session',
};

export function kindOf({ resourceType }: Pick<AuditRecord, 'resourceType'>): string {
  return resourceType === null ? '' : (KINDS[resourceType] ?? resourceType);
}

export function actorOf({ actorName, actorType }: Pick<AuditRecord, 'actorName' | 'actorType'>): string {
  if (actorName !== null) return actorName;
  return actorType === 'ANONYMOUS' ? 'Unknown caller' : actorType === 'SYSTEM' ? 'The server' : '–';
}

/** `Ada cancelled job 0198…718293a4`. */
export function sentenceOf(record: AuditRecord): string {
  const kind = kindOf(record);
  const name = nameIn(record.changes);
  const what = name ?? (record.resourceId === null ? '' : shortId(record.resourceId));
  const verb = record.outcome === 'DENIED' ? refusalVerb(record) : VERBS[record.action];
  return `${actorOf(record)} ${verb.replace('{it}', `${kind} ${what}`.trim())}`;
}

function refusalVerb(record: AuditRecord): string {
  const route = textOf(record.changes.route?.to);
  const tried = route === undefined ? '' : `: ${route}`;
  return `${VERBS[record.action]}${tried}`;
}

function nameIn(changes: AuditRecord['changes']): string | undefined {
  return textOf(changes.name?.to) ?? textOf(changes.slug?.to);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
