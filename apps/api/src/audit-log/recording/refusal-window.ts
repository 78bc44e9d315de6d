import type { AuditActorType } from '../../audit-proof/audit-record.js';
import type { RefusedRequest } from '../../common/http/refusal-log.js';
import { sourceNetwork } from '../../common/http/source-network.js';
import type { Refusal } from '../../common/problems/domain-error.js';
import { isUuid } from '../../common/validation/uuid-param.js';

/** The parameters of `audit_record_refusal`. */
export interface RefusalRecord {
  actorType: Extract<AuditActorType, 'COORDINATOR' | 'OPERATOR' | 'ANONYMOUS'>;
  actorId: string | null;
  actorName: string | null;
  keyId: string | null;
  action: Refusal['action'];
  reason: string;
  workspaceId: string | null;
  resourceType: string | null;
  resourceId: string | null;
  route: string | null;
  requestId: string | null;
  sourceIp: string | null;
  userAgent: string | null;
  occurrences: number;
}

/**
 * Number of anonymous addresses (per reason) that get their own records in one window: one for the first refusal, one
 * for the repeats.
 */
export const MAX_ANONYMOUS = 30;
/** Number of known actors (per reason) at which a window is closed early. */
const MAX_KNOWN = 10_000;

/** The reason of the single record that counts the anonymous refusals beyond {@link MAX_ANONYMOUS}. */
export const OVERFLOW_REASON = 'overflow';

/**
 * The refusals of one minute. The first refusal of an actor, or of an address, for a reason becomes a record at once.
 * Its repeats are counted and become one further record when the window closes. Anonymous callers cause at most 2 ×
 * {@link MAX_ANONYMOUS} + 1 records, and a corresponding amount of memory.
 */
export class RefusalWindow {
  /** refusals already recorded once, with their repeats since */
  private readonly known = new Map<string, RefusalRecord | undefined>();
  private readonly anonymous = new Map<string, RefusalRecord | undefined>();
  private overflow = 0;

  /** Whether the window should be closed early. */
  get isFull(): boolean {
    return this.known.size >= MAX_KNOWN;
  }

  /** @returns the record to write now; `undefined` if the refusal is only counted */
  add(refusal: Refusal, who: RefusedRequest): RefusalRecord | undefined {
    const record = toRecord(refusal, who);
    if (record.actorType !== 'ANONYMOUS') {
      return count(
        this.known,
        `${record.actorType} ${record.keyId} ${record.sourceIp === null ? 'unknown' : 'known'} ${refusal.action} ${refusal.reason}`,
        record,
      );
    }
    const key = `${sourceNetwork(who.sourceAddress)} ${refusal.action} ${refusal.reason}`;
    if (!this.anonymous.has(key) && this.anonymous.size >= MAX_ANONYMOUS) {
      this.overflow++;
      return undefined;
    }
    return count(this.anonymous, key, record);
  }

  /** Starts a new window and returns the records of the counted repeats. */
  close(): RefusalRecord[] {
    const records = [...this.known.values(), ...this.anonymous.values()].filter((it) => it !== undefined);
    if (this.overflow > 0)
      records.push({ ...UNKNOWN_CALLER, reason: OVERFLOW_REASON, occurrences: this.overflow });
    this.known.clear();
    this.anonymous.clear();
    this.overflow = 0;
    return records;
  }
}

const UNKNOWN_CALLER: RefusalRecord = {
  actorType: 'ANONYMOUS',
  actorId: null,
  actorName: null,
  keyId: null,
  action: 'auth.denied',
  reason: '',
  workspaceId: null,
  resourceType: null,
  resourceId: null,
  route: null,
  requestId: null,
  sourceIp: null,
  userAgent: null,
  occurrences: 1,
};

type AgreedMember = 'workspaceId' | 'resourceType' | 'resourceId' | 'route' | 'sourceIp' | 'userAgent';

function count(
  counted: Map<string, RefusalRecord | undefined>,
  key: string,
  record: RefusalRecord,
): RefusalRecord | undefined {
  if (!counted.has(key)) {
    counted.set(key, undefined);
    return record;
  }
  counted.set(key, repeated(counted.get(key), record));
  return undefined;
}

/** The request is the latest one. What the requests are about and where they come from stays only if all repeats agree. */
function repeated(before: RefusalRecord | undefined, latest: RefusalRecord): RefusalRecord {
  if (before === undefined) return latest;
  const agreed = <Key extends AgreedMember>(key: Key): RefusalRecord[Key] | null =>
    before[key] === latest[key] ? latest[key] : null;
  return {
    ...latest,
    workspaceId: agreed('workspaceId'),
    resourceType: agreed('resourceType'),
    resourceId: agreed('resourceId'),
    route: agreed('route'),
    sourceIp: agreed('sourceIp'),
    userAgent: agreed('userAgent'),
    occurrences: before.occurrences + 1,
  };
}

function toRecord(
  refusal: Refusal,
  { caller, requestId, route, sourceAddress, userAgent }: RefusedRequest,
): RefusalRecord {
  return {
    ...UNKNOWN_CALLER,
    ...(caller !== undefined && {
      actorType: caller.kind === 'coordinator' ? 'COORDINATOR' : 'OPERATOR',
      actorId: caller.id,
      actorName: caller.name,
      keyId: caller.keyId,
    }),
    action: refusal.action,
    reason: refusal.reason,
    workspaceId: uuidOrNull(refusal.workspaceId),
    resourceType: refusal.resourceType ?? null,
    resourceId: uuidOrNull(refusal.resourceId),
    route: route ?? null,
    requestId,
    sourceIp: sourceAddress,
    userAgent,
  };
}

/** A path may contain anything, but the columns hold UUIDs. */
function uuidOrNull(value: string | undefined): string | null {
  return isUuid(value) ? value : null;
}
