import type { Caller } from '../../common/access/caller.js';
import type { Cursor } from '../../common/pagination/cursor.js';
import { onBehalfOf } from '../../database/audited-statement.js';
import { bytesBefore, PAGE_BYTES } from '../../database/page-bytes.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { AuditFilter } from '../audit-filter.js';
import { CONDITIONS, type Column, FILTERS, forbidden, times } from '../filter.statement.js';
import { RECORD_LINE } from '../record-line.statement.js';

/** Maximum number of records that one page reads in search of matches. */
const MAX_SCANNED = 10_000;
/** The same limit for each workspace, for an operator with a limited workspace scope. */
const MAX_SCANNED_PER_WORKSPACE = 2_000;
/**
 * Up to this number, workspaces are read one by one, each through its index, and merged. Above it, all records are read
 * and filtered.
 */
const FEW_WORKSPACES = 50;
/** Up to this number, actions are read one by one and merged. */
const FEW_ACTIONS = 8;

const SHOWN = [
  'id',
  'occurred_at',
  'actor_type',
  'actor_id',
  'actor_name',
  'key_id',
  'action',
  'outcome',
  'reason',
  'workspace_id',
  'resource_type',
  'resource_id',
  'rev',
  'changes',
  'request_id',
  'user_agent',
  'occurrences',
];
const PROVEN = [
  'source_ip',
  'source_ip_salt',
  'source_ip_commitment',
  'user_agent_salt',
  'user_agent_commitment',
];

const columnsOf = (row: string, columns: readonly string[]) => columns.map((it) => `${row}.${it}`).join(', ');

/** All columns of a record that a reader shows or an export proves. */
const COLUMNS = Prisma.raw(columnsOf('record', [...SHOWN, ...PROVEN]));

/** The columns of a record as the API shows it, from a row that has `COLUMNS`. */
const shownOf = (row: string) =>
  Prisma.raw(`${columnsOf(row, SHOWN)}, pg_catalog.host(${row}.source_ip) AS source_ip`);

/** The public part of the key, which is in no record. Null for a webhook, and for a key that an operator had before. */
const kidOf = (row: string) =>
  Prisma.raw(`(
    SELECT key.kid FROM public.coordinator_keys AS key WHERE key.id = ${row}.key_id
    UNION ALL SELECT operator.kid FROM public.operators AS operator
    WHERE operator.id = ${row}.actor_id AND operator.key_id = ${row}.key_id
    LIMIT 1)`);

const NEWEST_FIRST = Prisma.sql`occurred_at DESC, id DESC`;

/**
 * Estimated size of `found` as JSON, in bytes. Converting each row to JSON would take as long as reading the page. The
 * sum covers the columns of variable length; the rest has about 500 bytes.
 */
const RECORD_BYTES = Prisma.sql`500 + pg_catalog.octet_length(
  pg_catalog.concat(found.changes, found.actor_name, found.action, found.reason, found.resource_type, found.request_id, found.user_agent))`;

/** The leaf of the row `record`, with a `LIMIT` for the same reason. */
export const LEAF_OF_RECORD = Prisma.sql`
  LEFT JOIN LATERAL (SELECT * FROM public.audit_leaves AS of_record WHERE of_record.record_id = record.id LIMIT 1) AS leaf ON true`;

/**
 * The filter combinations that one index serves completely, the most selective first. Each index ends in `(occurred_at,
 * id)`, so a backward scan gives the page without a sort.
 */
const INDEXED: readonly (readonly Column[])[] = [
  ['resourceId'],
  ['requestId'],
  ['workspaceId', 'actorId'],
  ['workspaceId', 'action'],
  ['actorId', 'action'],
  ['keyId'],
  ['kid'],
  ['actorId'],
  ['workspaceId'],
  ['action'],
  ['outcome'],
  [],
];

export interface PageRequest {
  limit: number;
  after: Cursor | undefined;
}

/**
 * One page, newest first: `limit` records, and one more if there is one.
 *
 * The statement's text depends on which filters are given, so that Postgres plans each combination with its own index:
 * `Index Scan Backward`, no sort, and only partitions between `from` and `to`. Filters that this index does not serve
 * are applied to the rows that are read, and their number is limited. (The planner may read and sort a small set as a
 * whole, if that is cheaper than as many index steps.) `horizon` marks the last record read, matching or not, if the
 * search stopped there at its limit or the page is full in bytes. Everything newer than a horizon has been seen.
 *
 * Always returns at least one row, with `refusal`, `forbidden` (the requested workspace is outside the caller's
 * workspace scope), `fits`, `horizon` and the record.
 */
export function pageStatement(caller: Caller, filter: AuditFilter, page: PageRequest): Prisma.Sql {
  const records = Prisma.sql`
    SELECT found.*, ${RECORD_BYTES} AS bytes FROM (${newestOf(filter, page)}) AS found`;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)}
    SELECT caller.refusal, ${forbidden(filter)} AS forbidden, ${shownOf('page')}, ${kidOf('page')} AS kid, page.fits, page.horizon
    FROM caller LEFT JOIN (${withinPage(records)}) AS page ON true
    ORDER BY page.occurred_at DESC, page.id DESC`;
}

/**
 * The same page as lines of an export: rows of `refusal`, `same_scope`, `id`, `occurred_at`, `fits`, `horizon` and
 * `line`.
 */
export function linesStatement(
  caller: Caller,
  scope: ExportScope,
  filter: AuditFilter,
  page: PageRequest,
): Prisma.Sql {
  const lines = Prisma.sql`
    SELECT found.*, pg_catalog.octet_length(found.line) AS bytes
    FROM (
      SELECT record.id, record.occurred_at, record.fits, record.given_up, ${Prisma.raw(RECORD_LINE)} AS line
      FROM (${newestOf(filter, page)}) AS record
        ${LEAF_OF_RECORD}
      OFFSET 0 -- so that each line is made once
    ) AS found`;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)}
    SELECT caller.refusal, ${sameScope(scope)} AS same_scope, page.id, page.occurred_at, page.fits, page.horizon, page.line
    FROM caller LEFT JOIN (${withinPage(lines)}) AS page ON true
    ORDER BY page.occurred_at DESC, page.id DESC`;
}

/** The workspaces to which an operator is limited; null for an operator without a limit. */
export type ExportScope = readonly string[] | null;

/** Whether the caller's workspace scope is still exactly this one. */
export function sameScope(scope: ExportScope): Prisma.Sql {
  return scope === null
    ? Prisma.sql`caller.workspace_ids IS NULL`
    : Prisma.sql`coalesce(caller.workspace_ids @> ${scope}::uuid[] AND caller.workspace_ids <@ ${scope}::uuid[], false)`;
}

function newestOf(filter: AuditFilter, page: PageRequest): Prisma.Sql {
  const given = new Set(FILTERS.filter((it) => filter[it] !== undefined));
  const { action } = filter;
  // Each of a few actions is read through its own index, as if there were one log for each.
  const parts =
    action !== undefined && action.length <= FEW_ACTIONS && driverOf(given).includes('action')
      ? action.map((it) => ({ ...filter, action: [it] }))
      : [filter];
  const all = parts.flatMap((it) => streams(it, given, page));
  return Prisma.sql`
    SELECT * FROM (${Prisma.join(all, ' UNION ALL ')}) AS merged
    ORDER BY ${NEWEST_FIRST}
    LIMIT ${page.limit + 1}::int`;
}

/**
 * Of records with their `bytes`, those that belong to the page. The page ends with the record that reaches {@link
 * PAGE_BYTES}; this record is then a horizon.
 */
function withinPage(records: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT measured.*, measured.given_up OR measured.bytes_before + measured.bytes >= ${PAGE_BYTES}::int AS horizon
    FROM (
      SELECT record.*, ${bytesBefore(Prisma.sql`record.bytes`, NEWEST_FIRST)} AS bytes_before FROM (${records}) AS record
    ) AS measured
    WHERE measured.bytes_before < ${PAGE_BYTES}::int`;
}

/** `occurred_at` of a record, from its UUIDv7. It determines the record's partition and its position there. */
export function idMoment(id: string): Prisma.Sql {
  const milliseconds = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  return Prisma.sql`pg_catalog.to_timestamp(${milliseconds}::bigint / 1000.0)`;
}

/** One record by id. */
export function recordStatement(caller: Caller, id: string): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    found AS MATERIALIZED (
      SELECT ${COLUMNS}, coalesce(record.workspace_id = ANY (caller.workspace_ids), caller.workspace_ids IS NULL) AS visible
      FROM public.audit_log AS record, caller
      WHERE caller.refusal IS NULL AND record.id = ${id}::uuid AND record.occurred_at = ${idMoment(id)}
    )
    SELECT caller.refusal, ${shownOf('shown')}, ${kidOf('shown')} AS kid, hidden.workspace_id AS foreign_workspace_id
    FROM caller
      LEFT JOIN found AS shown ON shown.visible
      LEFT JOIN found AS hidden ON NOT hidden.visible`;
}

const UNLIMITED = Prisma.sql`caller.workspace_ids IS NULL`;
const LIMITED = Prisma.sql`caller.workspace_ids IS NOT NULL`;
const WITHIN_LIMIT = Prisma.sql`record.workspace_id = ANY (caller.workspace_ids)`;

/** Sets of records that together are what the caller may see. For any one caller at most one set is not empty. */
function streams(filter: AuditFilter, given: ReadonlySet<Column>, page: PageRequest): Prisma.Sql[] {
  const driver = driverOf(indexable(filter, given));
  const indexed = driver.map((it) => CONDITIONS[it](filter));
  const rest = [...given].filter((it) => !driver.includes(it)).map((it) => CONDITIONS[it](filter));
  const stream = (who: Prisma.Sql, sieve: Prisma.Sql[]) => Prisma.sql`
    SELECT one.* FROM caller CROSS JOIN LATERAL (${search({ who, indexed, sieve, most: MAX_SCANNED, filter, page })}) AS one`;

  // Either the requested workspace is in the workspace scope, or the result is empty.
  if (given.has('workspaceId')) {
    return [
      stream(Prisma.sql`(${UNLIMITED} OR ${filter.workspaceId}::uuid = ANY (caller.workspace_ids))`, rest),
    ];
  }
  // A resource, a request or a key has few records, or almost none outside its own workspaces.
  if (driver.some((it) => it === 'resourceId' || it === 'requestId' || it === 'keyId' || it === 'kid')) {
    return [stream(UNLIMITED, rest), stream(LIMITED, [...rest, WITHIN_LIMIT])];
  }
  const many = Prisma.sql`pg_catalog.cardinality(caller.workspace_ids) > ${FEW_WORKSPACES}::int`;
  return [
    stream(UNLIMITED, rest),
    stream(many, [...rest, WITHIN_LIMIT]),
    streamPerWorkspace(filter, given, page),
  ];
}

/** The union of a few workspaces, each read through its own index. */
function streamPerWorkspace(filter: AuditFilter, given: ReadonlySet<Column>, page: PageRequest): Prisma.Sql {
  const driver = driverOf(new Set<Column>(['workspaceId', ...indexable(filter, given)]));
  const indexed = driver.map((it) =>
    it === 'workspaceId' ? Prisma.sql`record.workspace_id = workspace.id` : CONDITIONS[it](filter),
  );
  const sieve = [...given].filter((it) => !driver.includes(it)).map((it) => CONDITIONS[it](filter));
  const who = Prisma.sql`true`;
  const most = MAX_SCANNED_PER_WORKSPACE;
  return Prisma.sql`
    SELECT one.*
    FROM caller
      CROSS JOIN LATERAL (
        SELECT DISTINCT allowed.id FROM unnest(caller.workspace_ids) AS allowed (id)
        WHERE pg_catalog.cardinality(caller.workspace_ids) <= ${FEW_WORKSPACES}::int
      ) AS workspace
      CROSS JOIN LATERAL (${search({ who, indexed, sieve, most, filter, page })}) AS one`;
}

interface Search {
  /** a condition on `caller` alone; if it is false, nothing is read */
  who: Prisma.Sql;
  /** conditions that the index serves */
  indexed: readonly Prisma.Sql[];
  /** conditions that the index does not serve */
  sieve: readonly Prisma.Sql[];
  /** maximum number of records to read */
  most: number;
  filter: AuditFilter;
  page: PageRequest;
}

/**
 * Reads an index backwards until `limit + 1` records match. Without a condition it reads the primary key: an id begins
 * with the millisecond in `occurred_at`, so both orders are the same. A filter must not: the planner takes matching
 * records for evenly spread, and would read the whole log for an actor who was last seen a year ago.
 */
function search({ who, indexed, sieve, most, filter, page }: Search): Prisma.Sql {
  const byId = indexed.length === 0;
  const bounds = byId ? ids(filter, page) : times(filter, page);
  const read = Prisma.join([Prisma.sql`caller.refusal IS NULL`, who, ...indexed, ...bounds], ' AND ');
  const newestFirst = byId ? Prisma.sql`record.id DESC` : Prisma.sql`record.occurred_at DESC, record.id DESC`;
  if (sieve.length === 0) {
    return Prisma.sql`
      SELECT ${COLUMNS}, true AS fits, false AS given_up
      FROM public.audit_log AS record
      WHERE ${read}
      ORDER BY ${newestFirst}
      LIMIT ${page.limit + 1}::int`;
  }
  return Prisma.sql`
    SELECT ${COLUMNS}, record.fits, record.number = ${most}::int AS given_up
    FROM (
      SELECT record.*, (${Prisma.join([...sieve], ' AND ')}) IS TRUE AS fits, row_number() OVER (ORDER BY ${newestFirst}) AS number
      FROM (
        SELECT * FROM public.audit_log AS record
        WHERE ${read}
        ORDER BY ${newestFirst}
        LIMIT ${most}::int
      ) AS record
    ) AS record
    WHERE record.fits OR record.number = ${most}::int
    ORDER BY ${newestFirst}
    LIMIT ${page.limit + 1}::int`;
}

/** The same bounds as ids. Beside bounds in time, the planner may choose an index of some filter, and sort. */
function ids({ from, to }: AuditFilter, { after }: PageRequest): Prisma.Sql[] {
  return [
    ...(from === undefined ? [] : [Prisma.sql`record.id >= ${firstIdOf(from)}::uuid`]),
    ...(to === undefined ? [] : [Prisma.sql`record.id < ${firstIdOf(to)}::uuid`]),
    ...(after === undefined ? [] : [Prisma.sql`record.id < ${after.id}::uuid`]),
  ];
}

/** The smallest UUIDv7 of a millisecond. */
function firstIdOf(moment: Date): string {
  const milliseconds = Math.min(Math.max(moment.getTime(), 0), 2 ** 48 - 1);
  return milliseconds.toString(16).padStart(12, '0').padEnd(32, '0');
}

/** An index gives the order of time for one action only. */
function indexable({ action }: AuditFilter, given: ReadonlySet<Column>): ReadonlySet<Column> {
  return action === undefined || action.length === 1
    ? given
    : new Set([...given].filter((it) => it !== 'action'));
}

function driverOf(given: ReadonlySet<Column>): readonly Column[] {
  return INDEXED.find((columns) => columns.every((it) => given.has(it))) ?? [];
}
