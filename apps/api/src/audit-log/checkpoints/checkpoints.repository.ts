import { Injectable } from '@nestjs/common';
import type { LeafRecord } from '../../audit-proof/leaf.js';
import type { StoredNode } from '../../audit-proof/stored-node.js';
import type { Caller } from '../../common/access/caller.js';
import type { ListPart } from '../../common/pagination/page.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { type BoundedRow, boundedPage, listedFrom } from '../../database/page-bytes.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { RowOf } from '../../database/row.js';
import { type AuditCheckpoint, Prisma } from '../../generated/prisma/client.js';
import { LEAF_COLUMNS, type LeafRow, toLeafRecord } from '../leaf-row.js';
import { idMoment } from '../reading/audit-log.statement.js';
import type { Disclosure, Disclosures, SealedCheckpoint } from './checkpoint-record.js';
import type { NodeRange } from './stored-tree.js';

type Answer<Row> = { refusal: string | null } & { [Column in keyof Row]: Row[Column] | null };

type CheckpointRow = RowOf<AuditCheckpoint, 'seq' | 'size' | 'sealedAt' | 'note'>;

interface InclusionRow extends LeafRow, CheckpointRow {
  visible: boolean;
  leaf_index: bigint;
  leaf_hash: Uint8Array;
  source_ip: string;
  source_ip_salt: Uint8Array;
  user_agent: string;
  user_agent_salt: Uint8Array;
}

/** A record and its place in the tree. */
export interface FoundRecord {
  id: string;
  /** whether it is in the caller's workspace scope; if not, nothing of it may be shown */
  isVisible: boolean;
  workspaceId: string | null;
  record: LeafRecord;
  /** undefined: not sealed yet */
  leaf: { index: number; hash: Buffer } | undefined;
  disclosures: Disclosures;
}

/**
 * Reads the checkpoints and the tree for operators. They are not specific to a workspace, so operators with a limited
 * workspace scope may read them too.
 */
@Injectable()
export class CheckpointsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Newest first.
   *
   * @param before only checkpoints with a lower number
   */
  async list(caller: Caller, limit: number, before: number | undefined): Promise<ListPart<SealedCheckpoint>> {
    const rows = await this.prisma.$queryRaw<(Answer<CheckpointRow> & BoundedRow)[]>`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT checkpoint.* FROM caller CROSS JOIN LATERAL (
          SELECT seq, size, sealed_at, note FROM public.audit_checkpoints
          WHERE caller.refusal IS NULL AND seq < ${before ?? Number.MAX_SAFE_INTEGER}::bigint
          ORDER BY seq DESC
          LIMIT ${limit + 1}::int
        ) AS checkpoint
      ),
      ${boundedPage(Prisma.sql`seq DESC`, limit)}
      SELECT caller.refusal, page.* FROM caller LEFT JOIN page ON true ORDER BY page.place`;
    assertAllowed(rows[0]);
    return listedFrom(rows, isWhole<Answer<CheckpointRow> & BoundedRow>, toCheckpoint);
  }

  /** Those of these numbers that exist, in any order. */
  async numbered(caller: Caller, seqs: readonly number[]): Promise<SealedCheckpoint[]> {
    const rows = await this.prisma.$queryRaw<Answer<CheckpointRow>[]>`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, found.seq, found.size, found.sealed_at, found.note
      FROM caller LEFT JOIN public.audit_checkpoints AS found
        ON caller.refusal IS NULL AND found.seq = ANY (${seqs}::bigint[])`;
    assertAllowed(rows[0]);
    return rows.filter(isWhole).map(toCheckpoint);
  }

  /**
   * The records with these ids, with their positions in the tree, and the last checkpoint, which covers them. Records
   * that do not exist are left out.
   *
   * @throws DomainError the refusals of `assertAllowed`
   */
  async find(
    caller: Caller,
    ids: readonly string[],
  ): Promise<{ found: FoundRecord[]; checkpoint: SealedCheckpoint | undefined }> {
    const wanted = ids.map((id) => Prisma.sql`(${id}::uuid, ${idMoment(id)})`);
    const rows = await this.prisma.$queryRaw<Answer<InclusionRow>[]>`
      WITH ${onBehalfOf(caller)},
      found AS MATERIALIZED (
        SELECT ${Prisma.raw(LEAF_COLUMNS)}, host(record.source_ip) AS source_ip, record.source_ip_salt,
          record.user_agent, record.user_agent_salt,
          coalesce(record.workspace_id = ANY (caller.workspace_ids), caller.workspace_ids IS NULL) AS visible
        FROM caller CROSS JOIN (VALUES ${Prisma.join(wanted)}) AS wanted (id, moment) CROSS JOIN LATERAL (
          SELECT * FROM public.audit_log AS one WHERE one.id = wanted.id AND one.occurred_at = wanted.moment LIMIT 1
        ) AS record
        WHERE caller.refusal IS NULL
      )
      SELECT caller.refusal, found.*, leaf.leaf_index, leaf.hash AS leaf_hash, last.seq, last.size, last.sealed_at, last.note
      FROM caller
        LEFT JOIN found ON true
        LEFT JOIN LATERAL (
          SELECT * FROM public.audit_leaves AS of_record WHERE of_record.record_id = found.id LIMIT 1
        ) AS leaf ON true
        LEFT JOIN LATERAL (SELECT * FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1) AS last ON true`;
    const [first] = rows;
    assertAllowed(first);
    return {
      found: rows.filter(isRecord).map(toFound),
      checkpoint: isWhole(first) ? toCheckpoint(first) : undefined,
    };
  }

  /** The nodes of the stored levels of the tree, in these ranges. */
  async nodes(caller: Caller, ranges: readonly NodeRange[]): Promise<StoredNode[]> {
    const rows = await this.prisma.$queryRaw<
      Answer<{ level: number; node_index: bigint; hash: Uint8Array }>[]
    >`
      WITH ${onBehalfOf(caller)},
      asked AS MATERIALIZED (
        SELECT (range ->> 'level')::int AS level, (range ->> 'begin')::bigint AS first, (range ->> 'end')::bigint AS beyond
        FROM caller, pg_catalog.jsonb_array_elements(${JSON.stringify(ranges)}::jsonb) AS range
        WHERE caller.refusal IS NULL
      ),
      found AS (
        SELECT 0 AS level, leaf.leaf_index AS node_index, leaf.hash
        FROM asked JOIN public.audit_leaves AS leaf ON leaf.leaf_index >= asked.first AND leaf.leaf_index < asked.beyond
        WHERE asked.level = 0
        UNION ALL
        SELECT node.level::int, node.node_index, node.hash
        FROM asked JOIN public.audit_tree_nodes AS node
          ON node.level = asked.level AND node.node_index >= asked.first AND node.node_index < asked.beyond
      )
      SELECT caller.refusal, found.* FROM caller LEFT JOIN found ON true`;
    assertAllowed(rows[0]);
    return rows.flatMap(({ level, node_index: index, hash }) =>
      level === null || index === null || hash === null
        ? []
        : [{ level, index: Number(index), hash: Buffer.from(hash) }],
    );
  }
}

function isWhole<Row extends Answer<CheckpointRow>>(row: Row): row is Row & CheckpointRow {
  return row.seq !== null;
}

function isRecord(row: Answer<InclusionRow>): row is Answer<InclusionRow> & LeafRow {
  return row.id !== null;
}

function toFound(row: Answer<InclusionRow> & LeafRow): FoundRecord {
  const { leaf_index: index, leaf_hash: hash } = row;
  return {
    id: row.id,
    isVisible: row.visible === true,
    workspaceId: row.workspace_id,
    record: toLeafRecord(row),
    leaf: index === null || hash === null ? undefined : { index: Number(index), hash: Buffer.from(hash) },
    disclosures: {
      sourceIp: disclosureOf(row.source_ip, row.source_ip_salt),
      userAgent: disclosureOf(row.user_agent, row.user_agent_salt),
    },
  };
}

function disclosureOf(value: string | null, salt: Uint8Array | null): Disclosure | null {
  return value === null || salt === null ? null : { value, salt: Buffer.from(salt).toString('base64') };
}

function toCheckpoint({ seq, size, sealed_at, note }: CheckpointRow): SealedCheckpoint {
  return { seq: Number(seq), size: Number(size), sealedAt: sealed_at.toISOString(), note };
}
