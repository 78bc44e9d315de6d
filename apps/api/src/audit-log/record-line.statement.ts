import { Prisma } from '../generated/prisma/client.js';

/** A value as a JSON string, or null. Only for values without characters that JSON escapes. */
const plain = (value: string) => `coalesce('"' || ${value} || '"', 'null')`;
/** Any text as a JSON string, or null. */
const text = (value: string) => `coalesce(pg_catalog.to_json(${value})::text, 'null')`;
const number = (value: string) => `coalesce(${value}::text, 'null')`;
const bytes = (value: string) => plain(`pg_catalog.encode(${value}, 'base64')`);

/** A time as the log shows it: in UTC, with milliseconds. */
const TIME = `pg_catalog.to_char(record.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const MEMBERS: Record<string, string> = {
  id: plain('record.id'),
  occurredAt: plain(TIME),
  actorType: plain('record.actor_type'),
  actorId: plain('record.actor_id'),
  actorName: text('record.actor_name'),
  keyId: plain('record.key_id'),
  action: text('record.action'),
  outcome: plain('record.outcome'),
  reason: text('record.reason'),
  workspaceId: plain('record.workspace_id'),
  resourceType: text('record.resource_type'),
  resourceId: plain('record.resource_id'),
  rev: number('record.rev'),
  requestId: text('record.request_id'),
  sourceIp: plain('pg_catalog.host(record.source_ip)'),
  userAgent: text('record.user_agent'),
  occurrences: number('record.occurrences'),
  leafIndex: number('leaf.leaf_index'),
  leafHash: bytes('leaf.hash'),
  sourceIpSalt: bytes('record.source_ip_salt'),
  sourceIpCommitment: bytes('record.source_ip_commitment'),
  userAgentSalt: bytes('record.user_agent_salt'),
  userAgentCommitment: bytes('record.user_agent_commitment'),
};

const concat = (members: Record<string, string>, end: string) =>
  `pg_catalog.concat('{"', ${Object.entries(members)
    .map(([name, value]) => `'${name}":', ${value}`)
    .join(`, ',"', `)}, ${end})`;

/**
 * One line of an export: a record with its proof data, from rows with the aliases `record` and `leaf`, each of which
 * may be missing. `changes` is the last member and stays as Postgres prints it, because a JSON parser loses
 * digits. A leaf whose record is gone has only `id`, `leafIndex` and `leafHash`. `ExportLine` reads the line.
 */
export const RECORD_LINE = `CASE WHEN record.id IS NULL
  THEN ${concat({ id: plain('leaf.record_id'), leafIndex: number('leaf.leaf_index'), leafHash: bytes('leaf.hash') }, "'}'")}
  ELSE ${concat(MEMBERS, `',"changes":', record.changes::text, '}'`)} END`;

/** The value if the caller itself acted, else null. */
const own = (column: string) => `(CASE WHEN record.actor_id = caller.id THEN ${column} END)`;

/**
 * What a coordinator sees of a record about a job of its workspaces, from rows with the alias `record`, in a statement
 * of that coordinator. Of another actor it has only `actorType`: its name, key and address are for operators.
 */
export const EVENT_LINE = concat(
  {
    id: plain('record.id'),
    occurredAt: plain(TIME),
    actorType: plain('record.actor_type'),
    actorId: plain(own('record.actor_id')),
    keyId: plain(own('record.key_id')),
    action: text('record.action'),
    workspaceId: plain('record.workspace_id'),
    resourceType: text('record.resource_type'),
    resourceId: plain('record.resource_id'),
    rev: number('record.rev'),
    requestId: text(own('record.request_id')),
  },
  `',"changes":', record.changes::text, '}'`,
);

/** The time at which the record of a leaf was written, from its id. It determines the partition of the record. */
export const LEAF_MOMENT = Prisma.sql`pg_catalog.to_timestamp(
  ('x' || pg_catalog.substr(pg_catalog.replace(leaf.record_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0)`;
