import type { AuditAction } from '../generated/schema';
import { clock } from '../shared/clock';
import { spanOf } from '../shared/search';
import { ACTIONS } from './actions';

/** The filters of the log, as its address has them, and the record that is open. */
export const LOG_SEARCH = [
  'action',
  'not',
  'actor',
  'actorType',
  'kid',
  'key',
  'resource',
  'workspace',
  'outcome',
  'reason',
  'request',
  'ip',
  'since',
  'from',
  'to',
  'record',
] as const;

export type LogSearch = Partial<Record<(typeof LOG_SEARCH)[number], string>>;

/** What leaves a record out, whenever it was. */
export function logFilterOf(search: LogSearch) {
  const { actor, actorType, kid, key, resource, workspace, outcome, reason, request, ip } = search;
  const actions = askedActions(search);
  return {
    ...(actions.length > 0 && { action: actions }),
    ...(actor !== undefined && { actorId: actor }),
    ...(isActorType(actorType) && { actorType }),
    ...(kid !== undefined && { kid }),
    ...(key !== undefined && { keyId: key }),
    ...(resource !== undefined && { resourceId: resource }),
    ...(workspace !== undefined && { workspaceId: workspace }),
    ...(isOutcome(outcome) && { outcome }),
    ...(reason !== undefined && { reason }),
    ...(request !== undefined && { requestId: request }),
    ...(ip !== undefined && { sourceIp: ip }),
  };
}

export function logTimesOf({ since, from, to, ip }: LogSearch): { from?: string; to?: string } {
  const span = spanOf(since);
  return {
    ...(span !== undefined && { from: minuteBefore(span) }),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
    // A search by address without a time would read the whole log.
    ...(ip !== undefined && span === undefined && from === undefined && { from: minuteBefore(86_400_000) }),
  };
}

export function actionsOf({ action }: LogSearch): AuditAction[] {
  return actionsIn(action);
}

/** The actions that are left out. */
export function excludedOf({ not }: LogSearch): AuditAction[] {
  return actionsIn(not);
}

function actionsIn(list: string | undefined): AuditAction[] {
  const named = (list ?? '').split(',');
  return ACTIONS.filter((it) => named.includes(it));
}

/** The server knows only actions to list, so an action is left out by naming all others. */
function askedActions(search: LogSearch): AuditAction[] {
  const [chosen, excluded] = [actionsOf(search), excludedOf(search)];
  if (chosen.length > 0 || excluded.length === 0) return chosen;
  return ACTIONS.filter((it) => !excluded.includes(it));
}

export function isLogFiltered({ record: _, ...search }: LogSearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}

export const VIEWS: { name: string; search: LogSearch }[] = [
  { name: 'All', search: {} },
  { name: 'Refusals last hour', search: { outcome: 'DENIED', since: '1h' } },
  {
    name: 'Key changes',
    search: { action: 'coordinator-key.issued,coordinator-key.rotated,coordinator-key.revoked' },
  },
  { name: "Operators' actions", search: { actorType: 'OPERATOR' } },
];

const ACTOR_TYPES = ['COORDINATOR', 'OPERATOR', 'SYSTEM', 'ANONYMOUS'] as const;

function isActorType(text: string | undefined): text is (typeof ACTOR_TYPES)[number] {
  return ACTOR_TYPES.some((it) => it === text);
}

function isOutcome(text: string | undefined): text is 'SUCCESS' | 'DENIED' {
  return text === 'SUCCESS' || text === 'DENIED';
}

function minuteBefore(span: number): string {
  return new Date(Math.floor((clock.now() - span) / 60_000) * 60_000).toISOString();
}
