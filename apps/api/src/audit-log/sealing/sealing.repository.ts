import pg from 'pg';
import type { PublishedCheckpoint } from '../../audit-proof/checkpoint-line.js';
import type { LeafRecord } from '../../audit-proof/leaf.js';
import {
  type DatabaseConnection,
  NOTICE_LOST_PEER,
  newSession,
  sessionOf,
} from '../../database/connection.js';
import { LEAF_COLUMNS, type LeafRow, toLeafRecord } from '../leaf-row.js';
import type { Backlog, Observation, Seal, SealState, StoredSeal } from './seal.js';
import { SealOvertakenError } from './sealing.errors.js';

/**
 * A sealer that hangs, or whose machine is gone, loses its session after half a minute, and with it the lease.
 * Published checkpoints must survive a crash, so a commit waits for the disk, whatever other sessions do.
 */
const SETTINGS = `
  SET idle_session_timeout = '30s';
  SET idle_in_transaction_session_timeout = '10s';
  SET statement_timeout = '60s';
  ${NOTICE_LOST_PEER};
  SELECT pg_catalog.set_config('synchronous_commit', 'on', false)
  WHERE pg_catalog.current_setting('synchronous_commit') IN ('off', 'local')`;
const ANSWER_WITHIN_MS = 70_000;
const CONNECT_WITHIN_MS = 5_000;
const CHECKPOINTS_AT_ONCE = 500;

/** Sorts before every id. */
const NIL_ID = '00000000-0000-0000-0000-000000000000';
const NOTHING_REACHED = { reachedXid: '0', reachedId: NIL_ID };

/**
 * Maximum size of the records in one seal, in bytes, except if its first record alone is larger. It limits the memory
 * of the sealer and of Postgres.
 */
export const MAX_BYTES_AT_ONCE = 4_194_304;

/**
 * Reads two ranges of the index on `(xid, id)`, each forwards and only up to the limit: the records of the transactions
 * that were running in `$1`, one by one, and the records of all later transactions. The second range begins at a single
 * row comparison. With another condition beside it, Postgres may begin at the lower bound of the two and read the index
 * from there, which takes seconds with a long log. Returns as many of the found records as fit in `$7` bytes. `found`
 * is their number before this cut.
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

/** Raised if a token is not the one to which the last checkpoint committed. */
const REFUSED = 'AU002';
/** Raised by `audit_seal`, and if two seals run at once. */
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

/** The single session of a sealer. The lease ends with it. After an error the session is unusable. */
export class SealingSession {
  private constructor(private readonly client: pg.Client) {}

  static async open(connection: DatabaseConnection): Promise<SealingSession> {
    const client = newSession({
      // Not a request session: the drain does not wait for it.
      ...sessionOf(connection, 'sealer'),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    // The next statement reports the error.
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
   * Whether this process is the sealer, for the next half minute or until this session ends.
   *
   * @param token undefined: there is no checkpoint that requires one
   * @returns undefined if the token is refused, because it belongs to another key
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
    // The name of a WAL file begins with its timeline, in hexadecimal. The control file has the new timeline only after
    // the next checkpoint of Postgres.
    const { rows } = await this.client.query<Observation>(`
      SELECT pg_catalog.pg_current_snapshot()::text AS snapshot, system_identifier::text AS "systemIdentifier",
        ('x' || pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 1, 8))::bit(32)::integer
          AS timeline
      FROM pg_catalog.pg_control_system()`);
    if (rows[0] === undefined) throw new Error('Postgres returned no system identifier');
    return rows[0];
  }

  async lastSeal(): Promise<StoredSeal | undefined> {
    const { rows } = await this.client.query<CheckpointRow>(`
      SELECT seq, size, note, frontier, sealed_to, sealing_to, reached_xid, reached_id
      FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1`);
    return rows[0] === undefined ? undefined : toStoredSeal(rows[0]);
  }

  /** When the last checkpoint was sealed, by any process. */
  async lastSealedAt(): Promise<Date | undefined> {
    const { rows } = await this.client.query<{ sealed_at: Date }>(
      'SELECT sealed_at FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1',
    );
    return rows[0]?.sealed_at;
  }

  /**
   * Records that are committed in `target` but not in `sealedTo`, in tree order: by transaction, then by id.
   *
   * @param most maximum number of records, and their approximate maximum in bytes
   * @returns `reached`: the last of the records, if there are more; its transaction and its id
   */
  async readUnsealed(
    { sealedTo, backlog }: Pick<SealState, 'sealedTo' | 'backlog'>,
    target: string,
    most: { records: number; bytes: number },
  ): Promise<{ records: LeafRecord[]; reached: Omit<Backlog, 'snapshot'> | undefined }> {
    const { reachedXid, reachedId } = backlog ?? NOTHING_REACHED;
    const { rows } = await this.client.query<LeafRow & { xid: string; found: string }>({
      name: 'unsealed',
      text: UNSEALED,
      values: [sealedTo, target, reachedXid, reachedId, most.records, NIL_ID, most.bytes],
    });
    const found = Number(rows[0]?.found ?? 0);
    const last = rows.at(-1);
    const isAll = rows.length === found && found < most.records;
    return {
      records: rows.map(toLeafRecord),
      reached: last === undefined || isAll ? undefined : { reachedXid: last.xid, reachedId: last.id },
    };
  }

  /**
   * Commits a checkpoint with its leaves, atomically. If the connection breaks, the caller does not know whether it was
   * committed, and must read `lastSeal` again.
   *
   * @throws SealOvertakenError
   */
  async commit(seal: Seal): Promise<void> {
    const { checkpoint, note, frontier, sealedTo, backlog, leaves, nodes, token, tokenHashes, events } = seal;
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
          tokenHashes.seal,
          tokenHashes.lease,
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

  /** The checkpoints from this number on, in parts. */
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

  /** Also gives up the lease. */
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
