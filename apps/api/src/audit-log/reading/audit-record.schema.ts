import { AUDIT_ACTOR_TYPES, AUDIT_OUTCOMES, type AuditChange } from '../../audit-proof/audit-record.js';
import {
  anything,
  dateTime,
  enumeration,
  integer,
  nullable,
  object,
  record,
  remarked,
  type Schema,
  string,
  uuid,
} from '../../common/json-schema.js';
import { pageOf } from '../../common/pagination/page.schema.js';
import { AUDIT_ACTIONS } from '../audit-actions.js';
import type { AuditPage, ShownRecord } from './shown-record.js';

const AUDIT_CHANGE = object<AuditChange>(
  'AuditChange',
  {
    from: anything({ description: 'the value before; null if there was none', examples: ['PENDING'] }),
    to: anything({ description: 'the value after; null if there is none', examples: ['RUNNING'] }),
  },
  { description: 'The change of one member' },
);

const AUDIT_ACTION: Schema<string> = enumeration<string>('AuditAction', AUDIT_ACTIONS, {
  description: 'What happened, or was refused',
});

const AUDIT_OUTCOME = enumeration('AuditOutcome', AUDIT_OUTCOMES, {
  description: 'DENIED: the request was refused',
});

const AUDIT_ACTOR_TYPE = enumeration('AuditActorType', AUDIT_ACTOR_TYPES, {
  description: 'SYSTEM: the server itself; ANONYMOUS: a caller without a valid credential',
});

export const AUDIT_RECORD = object<ShownRecord>(
  'AuditRecord',
  {
    id: uuid({ description: 'UUIDv7; its millisecond is that of `occurredAt`' }),
    occurredAt: dateTime({ description: 'when, by the clock of the database' }),
    actorType: remarked(AUDIT_ACTOR_TYPE, { description: 'who acted' }),
    actorId: nullable(uuid({ description: 'the coordinator or operator who acted' })),
    actorName: nullable(string({ description: 'its name at that time', examples: ['orchestrator'] })),
    keyId: nullable(uuid({ description: 'the key with which it acted' })),
    kid: nullable(
      string({
        description:
          'the public part of that key, looked up and not in the leaf; null: a webhook, or a key that an operator had before',
        examples: ['0A1b2C3d4E5f6G7h'],
      }),
    ),
    action: remarked(AUDIT_ACTION, { description: 'what happened', examples: ['job.started'] }),
    outcome: remarked(AUDIT_OUTCOME, { description: 'whether it was done' }),
    reason: nullable(
      string({
        description: 'why it was refused; or why an operator changed a job, in its own words',
        examples: ['workspace-forbidden'],
      }),
    ),
    workspaceId: nullable(uuid({ description: 'the workspace in which it happened' })),
    resourceType: nullable(string({ description: 'the kind of resource', examples: ['job'] })),
    resourceId: nullable(
      string({ description: 'the id of the resource', examples: ['0198c0de-7a3b-7c11-9d2e-5f60718293a4'] }),
    ),
    rev: nullable(integer({ description: 'the `rev` of the job after the change', examples: [2] })),
    changes: record(AUDIT_CHANGE, {
      description:
        'what changed, by member. A value above 4 KiB is replaced by `{ sha256, bytes }` of its JSON text',
      examples: [{ status: { from: 'PENDING', to: 'RUNNING' } }],
    }),
    requestId: nullable(
      string({ description: 'the `X-Request-Id` of the request', examples: ['deploy-42'] }),
    ),
    sourceIp: nullable(
      string({
        description:
          'the address of the caller; null: unknown, erased, or different among the refusals of the record',
        examples: ['192.0.2.7'],
      }),
    ),
    userAgent: nullable(
      string({
        description: 'the `User-Agent` of the request; null: none or erased',
        examples: ['curl/8.5.0'],
      }),
    ),
    occurrences: integer({
      minimum: 1,
      description: 'how many refusals of one kind the record stands for; otherwise 1',
      examples: [1],
    }),
  },
  {
    description: 'A record of the audit log',
    examples: [
      {
        id: '0198c0de-7a3b-7c11-9d2e-5f60718293a4',
        occurredAt: '2026-11-24T12:00:00.000Z',
        actorType: 'COORDINATOR',
        actorId: '0198c0de-1111-7c11-9d2e-5f60718293a4',
        actorName: 'orchestrator',
        keyId: '0198c0de-2222-7c11-9d2e-5f60718293a4',
        kid: '0A1b2C3d4E5f6G7h',
        action: 'job.started',
        outcome: 'SUCCESS',
        reason: null,
        workspaceId: '0198c0de-0000-7c11-9d2e-5f60718293a4',
        resourceType: 'job',
        resourceId: '0198c0de-3333-7c11-9d2e-5f60718293a4',
        rev: 2,
        changes: { status: { from: 'PENDING', to: 'RUNNING' }, attempt: { from: 0, to: 1 } },
        requestId: 'deploy-42',
        sourceIp: '192.0.2.7',
        userAgent: 'curl/8.5.0',
        occurrences: 1,
      },
    ],
  },
);

const { items, nextCursor } = pageOf('AnyAuditRecordPage', AUDIT_RECORD).members;

export const AUDIT_RECORDS = object<AuditPage>(
  'AuditRecordPage',
  {
    items,
    nextCursor,
    scannedTo: nullable(
      dateTime({
        description:
          'set on a short page that is not the last: all records since this time have been searched',
      }),
    ),
  },
  { description: 'One page of the audit log' },
);
