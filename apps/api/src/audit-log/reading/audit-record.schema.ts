import {
  AUDIT_ACTOR_TYPES,
  AUDIT_OUTCOMES,
  type AuditChange,
  type AuditRecord,
} from '../../audit-proof/audit-record.js';
import {
  anything,
  dateTime,
  integer,
  nullable,
  object,
  oneOf,
  record,
  string,
  uuid,
} from '../../common/json-schema.js';
import { pageOf } from '../../common/pagination/page.schema.js';

const AUDIT_CHANGE = object<AuditChange>('AuditChange', {
  from: anything({ examples: ['PENDING'] }),
  to: anything({ examples: ['RUNNING'] }),
});

export const AUDIT_RECORD = object<AuditRecord>('AuditRecord', {
  id: uuid({ description: 'UUIDv7; its millisecond is that of `occurredAt`' }),
  occurredAt: dateTime({ description: "by the database's clock" }),
  actorType: oneOf(AUDIT_ACTOR_TYPES),
  actorId: nullable(uuid({ description: 'the coordinator or operator who acted' })),
  actorName: nullable(string({ examples: ['orchestrator'] })),
  keyId: nullable(uuid({ description: 'the key it acted with' })),
  action: string({ description: 'what happened', examples: ['job.started'] }),
  outcome: oneOf(AUDIT_OUTCOMES),
  reason: nullable(string({ description: 'why it was refused', examples: ['workspace-forbidden'] })),
  workspaceId: nullable(uuid()),
  resourceType: nullable(string({ examples: ['job'] })),
  resourceId: nullable(
    string({ description: 'what was acted on', examples: ['0198c0de-7a3b-7c11-9d2e-5f60718293a4'] }),
  ),
  rev: nullable(integer({ description: 'of the job, after the change', examples: [2] })),
  changes: record(AUDIT_CHANGE, {
    description:
      'only what changed, by member; a value above 4 KiB stands as `{ sha256, bytes }` of its JSON text',
    examples: [{ status: { from: 'PENDING', to: 'RUNNING' } }],
  }),
  requestId: nullable(string({ examples: ['deploy-42'] })),
  sourceIp: nullable(
    string({ description: 'null if it was not known, or is erased', examples: ['192.0.2.7'] }),
  ),
  userAgent: nullable(string({ examples: ['curl/8.5.0'] })),
  occurrences: integer({
    minimum: 1,
    description: 'how many refusals of one kind the record stands for; else 1',
    examples: [1],
  }),
});

export const AUDIT_RECORDS = pageOf('AuditRecordPage', AUDIT_RECORD);
