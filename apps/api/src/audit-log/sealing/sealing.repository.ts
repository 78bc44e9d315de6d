import pg from 'pg';
import type { PublishedCheckpoint } from '../../audit-proof/checkpoint-line.js';
import { type DatabaseConnection, sessionOf } from '../../database/connection.js';
import { LEAF_COLUMNS, type LeafRow, toLeafRecord } from '../leaf-row.js';
import type { Observation, Seal, SealState, StoredSeal, UnsealedRecord } from './seal.js';
import { SealOvertakenError } from './sealing.errors.js';

/**
 * A sealer that stands still, or whose machine is gone, loses its session, and with it the lease, after half a minute. And what is
 * published must not be lost in a crash: a commit waits for the disk, whatever other sessions do.
 */
const SETTINGS = `
  SET idle_session_timeout = '30s';
  SET idle_in_transaction_session_timeout = '10s';
  SET statement_timeout = '60s';
  SET tcp_keepalives_idle = 10;
  SET tcp_keepalives_interval = 5;
  SET tcp_keepalives_count = 3;
  SELECT pg_catalog.set_config('synchronous_commit', 'on', false)
  WHERE pg_catalog.current_setting('synchronous_commit') IN ('off', 'local')`;
const ANSWER_WITHIN_MS = 70_000;
const CONNECT_WITHIN_MS = 5_000;
const CHECKPOINTS_AT_ONCE = 500;

/** Before every id. */
const NIL_ID = '00000000-0000-0000-0000-000000000000';
const NOTHING_REACHED = { reachedXid: '0', reachedId: NIL_ID };

/** A seal has no more bytes of records than this, unless its first record alone has: what the sealer and Postgres hold in memory. */
export const MAX_BYTES_AT_ONCE = 4_194_304;

/**
 * Two ranges of the index on `(xid, id)`, each read forwards and no further than the limit: what transactions wrote that were under way in
 * `$1`, one by one, and what all later ones wrote. The latter begins where one comparison of rows says: with another condition beside it
 * Postgres may begin at the lower of the two, and read the index from there, which with a long log takes seconds. Of what was found, as
 * many records as fit `$7` bytes; `found` says how many there were.
 */
export const UNSEALED = `
  WITH late AS MATERIALIZED (
    SELECT xid FROM pg_catalog.pg_snapshot_xip($1::pg_snapshot) AS xid
    WHERE xid >= $3::xid8 AND pg_catalog.pg_visible_in_snapshot(xid, $2::pg_snapshot)
  )
  SELECT ${LEAF_COLUMNS}, record.xid, record.found
  FROM (
    SELECT record.*, count(*) OVER () AS found,
      sum(pg_catalog.octet_length(record.changes::text) + coalesce(pg_catalog.octet_length(record.actor_name), 0)
          + coalesce(pg_catalog.octet_length(record.reason), 0) + coalesce(pg_catalog.octet_length(record.request_id), 0))
        OVER (ORDER BY record.xid, record.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
    FROM (
      (SELECT one.*
        FROM late CROSS JOIN LATERAL (
          SELECT * FROM public.audit_log AS record
          WHERE record.xid = late.xid AND (record.xid, record.id) > ($3::xid8, $4::uuid)
          ORDER BY record.id
          LIMIT $5
        ) AS one
        ORDER BY one.xid, one.id
        LIMIT $5)
      UNION ALL
      (SELECT *
        FROM public.audit_log AS record
        WHERE (record.xid, record.id) > (
            greatest($3::xid8, pg_catalog.pg_snapshot_xmax($1::pg_snapshot)),
            CASE WHEN $3::xid8 >= pg_catalog.pg_snapshot_xmax($1::pg_snapshot) THEN $4::uuid ELSE $6::uuid END
          )
          AND record.xid < pg_catalog.pg_snapshot_xmax($2::pg_snapshot)
          AND pg_catalog.pg_visible_in_snapshot(record.xid, $2::pg_snapshot)
        ORDER BY record.xid, record.id
        LIMIT $5)
    ) AS record
    ORDER BY record.xid, record.id
    LIMIT $5
  ) AS record
  WHERE coalesce(record.bytes_before, 0) < $7
  ORDER BY record.xid, record.id`;

/** Raised for a token that is not the one which the last checkpoint committed to. */
const REFUSED = 'AU002';
/** Raised by `audit_seal`, and where two run at once. */
const OVERTAKEN = new Set(['AU003', '23505']);

interface CheckpointRow {
  seq: string;
  size: string;
  note: string;
  frontier: Buffer;
  sealed_to: string;
  sealing_to: string | null;
  reached_xid: string | null;
  reached_id: string | null;
}

/** The one session of a sealer: the lease goes with it. After an error it is of no more use. */
export class SealingSession {
  private constructor(private readonly client: pg.Client) {}

  static async open(connection: DatabaseConnection): Promise<SealingSession> {
    const client = new pg.Client({
      // Not a request's: the drain does not wait for it.
      ...sessionOf(connection, 'sealer'),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    // The next statement tells.
    client.on('error', () => undefined);
    await client.connect();
    const session = new SealingSession(client);
    try {
      await client.query(SETTINGS);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /**
   * Whether this process is the one that seals, for the next half minute or until this session ends.
   *
   * @param token undefined: there is no checkpoint that asks for one
   * @returns undefined where the token is refused: it is another key's
   */
  async lease(holder: string, token: Buffer | undefined): Promise<boolean | undefined> {
    try {
      const { rows } = await this.client.query<{ elected: boolean }>({
        name: 'lease',
        text: 'SELECT public.audit_sealer_lease($1, $2) AS elected',
        values: [holder, token],
      });
      return rows[0]?.elected === true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === REFUSED) return undefined;
      throw error;
    }
  }

  async observe(): Promise<Observation> {
    // The name of a WAL file begins with its timeline, in hexadecimal; the control file says it only after the next checkpoint.
    const { rows } = await this.client.query<Observation>(`
      SELECT pg_catalog.pg_current_snapshot()::text AS snapshot, system_identifier::text AS "systemIdentifier",
        ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::bit(32)::integer
          AS timeline
      FROM pg_catalog.pg_control_system()`);
    if (rows[0] === undefined) throw new Error('Postgres does not say which cluster it is');
    return rows[0];
  }

  async lastSeal(): Promise<StoredSeal | undefined> {
    const { rows } = await this.client.query<CheckpointRow>(`
      SELECT seq, size, note, frontier, sealed_to, sealing_to, reached_xid, reached_id
      FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1`);
    return rows[0] === undefined ? undefined : toStoredSeal(rows[0]);
  }

  /** When the last checkpoint was sealed, by whomever. */
  async lastSealedAt(): Promise<Date | undefined> {
    const { rows } = await this.client.query<{ sealed_at: Date }>(
      'SELECT sealed_at FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1',
    );
    return rows[0]?.sealed_at;
  }

  /**
   * Records that are committed in `target` and were not in `sealedTo`, in the order of the tree: by transaction, then by id.
   *
   * @param most how many, and about how many bytes of them
   * @returns `isAll`: there are no more of them
   */
  async unsealed(
    { sealedTo, backlog }: Pick<SealState, 'sealedTo' | 'backlog'>,
    target: string,
    most: { records: number; bytes: number },
  ): Promise<{ records: UnsealedRecord[]; isAll: boolean }> {
    const { reachedXid, reachedId } = backlog ?? NOTHING_REACHED;
    const { rows } = await this.client.query<LeafRow & { xid: string; found: string }>({
      name: 'unsealed',
      text: UNSEALED,
      values: [sealedTo, target, reachedXid, reachedId, most.records, NIL_ID, most.bytes],
    });
    const found = Number(rows[0]?.found ?? 0);
    return {
      records: rows.map((row) => ({ ...toLeafRecord(row), xid: row.xid })),
      isAll: rows.length === found && found < most.records,
    };
  }

  /**
   * Commits a checkpoint with its leaves: all of it or nothing. Where the connection breaks, who asks does not know which, and has
   * to look at `lastSeal` again.
   *
   * @throws SealOvertakenError
   */
  async append(seal: Seal): Promise<void> {
    const { checkpoint, note, frontier, sealedTo, backlog, leaves, nodes, token, commitments, events } = seal;
    try {
      await this.client.query({
        name: 'seal',
        text: `SELECT public.audit_seal($1, $2, $3, $4, $5, $6::pg_snapshot, $7::pg_snapshot, $8::xid8, $9, $10, $11, $12, $13, $14,
          $15, $16, $17, $18::jsonb)`,
        values: [
          checkpoint.seq,
          checkpoint.size,
          checkpoint.sealedAt,
          note,
          frontier,
          sealedTo,
          backlog?.snapshot,
          backlog?.reachedXid,
          backlog?.reachedId,
          leaves.map((it) => it.recordId),
          Buffer.concat(leaves.map((it) => it.hash)),
          nodes.map((it) => it.level),
          nodes.map((it) => it.index),
          Buffer.concat(nodes.map((it) => it.hash)),
          token,
          commitments.seal,
          commitments.lease,
          JSON.stringify(events),
        ],
      });
    } catch (error) {
      if (error instanceof pg.DatabaseError && OVERTAKEN.has(error.code ?? '')) {
        throw new SealOvertakenError(error.message);
      }
      throw error;
    }
  }

  /** The note of one checkpoint. */
  async noteOf(seq: number): Promise<string | undefined> {
    const { rows } = await this.client.query<{ note: string }>(
      'SELECT note FROM public.audit_checkpoints WHERE seq = $1',
      [seq],
    );
    return rows[0]?.note;
  }

  /** The first checkpoint after this number. */
  async firstAfter(seq: number): Promise<PublishedCheckpoint | undefined> {
    const { rows } = await this.client.query<{ seq: string; note: string }>(
      'SELECT seq, note FROM public.audit_checkpoints WHERE seq > $1 ORDER BY seq LIMIT 1',
      [seq],
    );
    return rows[0] === undefined ? undefined : { seq: Number(rows[0].seq), note: rows[0].note };
  }

  /** The checkpoints from this one on, in parts. */
  async *checkpointsFrom(seq: number): AsyncGenerator<PublishedCheckpoint[]> {
    for (let next = seq; ; ) {
      const { rows } = await this.client.query<{ seq: string; note: string }>(
        'SELECT seq, note FROM public.audit_checkpoints WHERE seq >= $1 ORDER BY seq LIMIT $2',
        [next, CHECKPOINTS_AT_ONCE],
      );
      const part = rows.map((row) => ({ seq: Number(row.seq), note: row.note }));
      if (part.length > 0) yield part;
      const last = part.at(-1);
      if (last === undefined || part.length < CHECKPOINTS_AT_ONCE) return;
      next = last.seq + 1;
    }
  }

  /** Gives up the lease, too. */
  async close(): Promise<void> {
    await this.client.end();
  }
}

function toStoredSeal(row: CheckpointRow): StoredSeal {
  const { sealing_to: snapshot, reached_xid: reachedXid, reached_id: reachedId } = row;
  return {
    seq: Number(row.seq),
    size: Number(row.size),
    note: row.note,
    frontier: row.frontier,
    sealedTo: row.sealed_to,
    backlog:
      snapshot === null || reachedXid === null || reachedId === null
        ? undefined
        : { snapshot, reachedXid, reachedId },
  };
}
