import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { copyBytes, UUID_BYTES } from '../audit-proof/bytes.js';
import { HASH_BYTES } from '../audit-proof/merkle-tree.js';
import type { StoredNode } from '../audit-proof/stored-node.js';
import { type DatabaseConnection, newSession, sessionOf } from '../database/connection.js';
import { batchesOf } from './batches.js';
import { endsOf, wholeTuples, withoutHeader } from './binary-copy.js';
import type { CheckpointSource, KeptCheckpoint } from './checkpoint-check.js';
import { RECORD_TUPLE } from './copy-tuple.js';
import type { Finding } from './finding.js';
import type { LeafBatch } from './verification-run.js';

const CHECKPOINTS_AT_ONCE = 1_000;
const NODES_AT_ONCE = 5_000;
const MAX_REPORTED = 50;

/** Reads everything in one snapshot, once and in order. Sorting or hashing ten million records would fill a disk. */
const BEGIN = `
  BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL enable_hashjoin = off;
  SET LOCAL enable_nestloop = off;
  SET LOCAL enable_sort = off;
  SET LOCAL max_parallel_workers_per_gather = 0;
  SET LOCAL jit = off`;

/**
 * Locks the log before the snapshot is taken. If retention dropped a month after the snapshot, later reads would not
 * see it, snapshot or not, nor the record of its removal. Retention waits 200 ms for the lock and retries an hour
 * later.
 */
const KEEP_MONTHS = 'LOCK TABLE public.audit_log IN ACCESS SHARE MODE';

interface CheckpointRow {
  seq: string;
  size: string;
  sealed_at: Date;
  note: string;
  frontier: Buffer;
}

/** The log of a live database, at one moment. */
export class LogSnapshot {
  /** @param streaming a session in the same snapshot, for streams; it can run no other statement during a stream */
  private constructor(
    private readonly client: pg.Client,
    private readonly streaming: pg.Client,
  ) {}

  static async open(connection: DatabaseConnection): Promise<LogSnapshot> {
    const [client, streaming] = [newClient(connection), newClient(connection)];
    try {
      await client.connect();
      await client.query(BEGIN);
      await client.query(KEEP_MONTHS);
      const { rows } = await client.query<{ id: string }>('SELECT pg_catalog.pg_export_snapshot() AS id');
      await streaming.connect();
      await streaming.query(BEGIN);
      await streaming.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(rows[0]?.id ?? '')}`);
      return new LogSnapshot(client, streaming);
    } catch (error) {
      await Promise.allSettled([client.end(), streaming.end()]);
      throw error;
    }
  }

  /** Approximate number of leaves. */
  async size(): Promise<number> {
    const { rows } = await this.client.query<{ size: string }>(
      'SELECT coalesce(max(leaf_index) + 1, 0) AS size FROM public.audit_leaves',
    );
    return Number(rows[0]?.size);
  }

  async checkpoints(): Promise<CheckpointSource> {
    const { rows } = await this.client.query<{ seq: string; note: string }>(
      `SELECT seq, note FROM public.audit_checkpoints WHERE note LIKE E'%\\ncontinues: %' ORDER BY seq`,
    );
    return {
      all: this.readCheckpoints(),
      continuations: rows.map(({ seq, note }) => ({ seq: Number(seq), note })),
    };
  }

  private async *readCheckpoints(): AsyncGenerator<KeptCheckpoint> {
    for (let next = '-1'; ; ) {
      const { rows } = await this.client.query<CheckpointRow>({
        name: 'checkpoints',
        text: `SELECT seq, size, sealed_at, note, frontier FROM public.audit_checkpoints
               WHERE seq > $1 ORDER BY seq LIMIT $2`,
        values: [next, CHECKPOINTS_AT_ONCE],
      });
      for (const { seq, size, sealed_at: sealedAt, note, frontier } of rows) {
        const columns = { size: Number(size), sealedAt: sealedAt.toISOString() };
        yield { seq: Number(seq), note, frontier, columns };
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      next = last.seq;
    }
  }

  /** In tree order: an index scan of audit_leaves_pkey. */
  async *leaves(): AsyncGenerator<LeafBatch> {
    const rows = this.stream(
      'SELECT leaf_index, record_id, hash FROM public.audit_leaves ORDER BY leaf_index',
    );
    for await (const batch of rows) yield leavesOf(Buffer.from(batch.buffer, batch.byteOffset, batch.length));
  }

  /**
   * All records and all leaves, in the order of their ids.
   *
   * Query plan: `Merge Full Join`: index scans of audit_log_*_pkey (merged by a Merge Append) and audit_leaves_record_key
   */
  records(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    return this.stream(`
      SELECT ${RECORD_TUPLE}
      FROM public.audit_log AS record
        FULL JOIN public.audit_leaves AS leaf ON leaf.record_id = record.id`);
  }

  /** The stored subtrees. */
  async *nodes(): AsyncGenerator<StoredNode> {
    for (let [level, index] = [0, '-1']; ; ) {
      const { rows } = await this.client.query<{ level: number; node_index: string; hash: Buffer }>({
        name: 'nodes',
        text: `SELECT level, node_index, hash FROM public.audit_tree_nodes
               WHERE (level, node_index) > ($1, $2) ORDER BY level, node_index LIMIT $3`,
        values: [level, index, NODES_AT_ONCE],
      });
      for (const row of rows) yield { level: row.level, index: Number(row.node_index), hash: row.hash };
      const last = rows.at(-1);
      if (last === undefined) return;
      [level, index] = [last.level, last.node_index];
    }
  }

  /** Checks that must run after `records`. */
  async afterwards(removedBefore: Date | undefined): Promise<Finding[]> {
    return [...(await this.progress()), ...(await this.lastRevs(removedBefore))];
  }

  /** Checks the sealer's own columns for how far a checkpoint has sealed: never backwards, and not into the future. */
  private async progress(): Promise<Finding[]> {
    const { rows } = await this.client.query<{ seq: string }>(
      `SELECT seq FROM (
         SELECT seq, pg_catalog.pg_snapshot_xmax(sealed_to) AS reached,
           lag(pg_catalog.pg_snapshot_xmax(sealed_to)) OVER (ORDER BY seq) AS reached_before
         FROM public.audit_checkpoints) AS progress
       WHERE reached < reached_before OR reached > pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
       ORDER BY seq LIMIT ${MAX_REPORTED}`,
    );
    return rows.map(({ seq }) => ({
      kind: 'checkpoint altered',
      text: `checkpoint ${seq} in the database: its column sealed_to is too early, or in the future: the sealer would skip records`,
    }));
  }

  /** Finds jobs whose last records are missing. */
  private async lastRevs(removedBefore: Date | undefined): Promise<Finding[]> {
    await this.client.query('SET LOCAL enable_nestloop = on; SET LOCAL max_parallel_workers_per_gather = 2');
    const { rows } = await this.client.query<{ id: string; rev: number; last: number | null }>(
      `
      SELECT job.id, job.rev, last.rev AS last
      FROM public.jobs AS job
        CROSS JOIN LATERAL (
          SELECT max(record.rev) AS rev FROM public.audit_log AS record WHERE record.resource_id = job.id
        ) AS last
      WHERE last.rev IS DISTINCT FROM job.rev AND NOT (last.rev IS NULL AND job.updated_at < $1::timestamptz)
      LIMIT ${MAX_REPORTED}`,
      [removedBefore ?? '-infinity'],
    );
    return rows.map(({ id, rev, last }) => ({
      kind: 'gap in rev',
      text: `job ${id} is at rev ${rev}, and ${last === null ? 'it has no record' : `its last record has rev ${last}`}`,
    }));
  }

  async close(): Promise<void> {
    await Promise.all([this.client.end(), this.streaming.end()]);
  }

  /** Batches of complete rows. */
  private async *stream(select: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const copy = this.streaming.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`));
    yield* batchesOf(withoutHeader(copy), wholeTuples);
  }
}

function newClient(connection: DatabaseConnection): pg.Client {
  const client = newSession({ ...sessionOf(connection, 'verify'), connectionTimeoutMillis: 10_000 });
  // The next statement reports the error.
  client.on('error', () => undefined);
  return client;
}

/** Parses rows of an index, a UUID and a hash. */
function leavesOf(rows: Buffer): LeafBatch {
  const ends = endsOf(rows);
  const batch = {
    indexes: new Float64Array(ends.length),
    ids: new Uint8Array(ends.length * UUID_BYTES),
    hashes: new Uint8Array(ends.length * HASH_BYTES),
  };
  for (const [at, end] of ends.entries()) {
    const index = (ends[at - 1] ?? 0) + 2 + 4;
    const id = index + 8 + 4;
    const hash = id + UUID_BYTES + 4;
    batch.indexes[at] = rows.readInt32BE(index) * 2 ** 32 + rows.readUInt32BE(index + 4);
    copyBytes(rows, id, id + UUID_BYTES, batch.ids, at * UUID_BYTES);
    // A hash of another length, which a constraint forbids, cannot match any hash of the tree.
    copyBytes(rows, hash, Math.min(end, hash + HASH_BYTES), batch.hashes, at * HASH_BYTES);
  }
  return batch;
}
