import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { ListPart, PageRange } from '../common/pagination/page.js';
import { assertAllowed, onBehalfOf, onBehalfOfSystem } from '../database/audited-statement.js';
import { comesAfter, NEWEST_FIRST } from '../database/keyset.js';
import { type BoundedRow, boundedPage, listedFrom } from '../database/page-bytes.js';
import { type PrismaService, RESERVED_PRISMA } from '../database/prisma.service.js';
import { STATEMENT_TIME } from '../database/statement-time.js';
import { Prisma } from '../generated/prisma/client.js';
import type { OperatorPermission, OperatorRole } from '../operators/operator.js';
import type { Session, SignedIn } from './session.js';
import { IS_LIVE, isSessionRow, LAST_SEEN, type SessionRow, toSession } from './session-row.js';
import { SessionNotFoundError } from './sessions.errors.js';

/** A further sign-in ends the oldest ones. */
const MAX_OF_AN_OPERATOR = 50;
/** Maximum number of rows that one statement of the sweeper changes. */
export const SWEEP_SIZE = 1_000;

type Answer = Partial<SessionRow> & { refusal: string | null };

interface SignedInRow {
  refusal: string | null;
  id: string;
  name: string;
  role: OperatorRole;
  workspace_ids: string[] | null;
  permissions: OperatorPermission[];
  idle_end: Date | null;
  expires_at: Date | null;
}

/** SQL: the columns of {@link SignedInRow} from `caller` and a session, if there is one. */
const signedIn = (idleEnd: Prisma.Sql, expiresAt: Prisma.Sql) => Prisma.sql`
  caller.refusal, caller.id, caller.name, caller.role, caller.workspace_ids,
  public.operator_permissions(caller.role) AS permissions, ${idleEnd} AS idle_end, ${expiresAt} AS expires_at`;

/** SQL: whether the caller may see and end the session. */
const IN_REACH = Prisma.sql`(session.operator_id = caller.id
  OR 'system:admin' = ANY (public.operator_permissions(caller.role)))`;

@Injectable()
export class SessionsRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /**
   * Opens a session for 12 hours.
   *
   * @param caller authenticated with the key, or by the provider
   * @param tokenHash SHA-256 of its token
   * @throws DomainError the refusals of `assertAllowed`
   */
  async open(caller: Caller, tokenHash: Uint8Array<ArrayBuffer>): Promise<SignedIn> {
    const [row] = await this.prisma.$queryRaw<SignedInRow[]>`
      WITH ${onBehalfOf(caller)},
      superseded AS (
        UPDATE public.operator_sessions AS session SET ended_at = ${STATEMENT_TIME}, end_reason = 'superseded'
        FROM ctx
        WHERE ctx.ready AND session.ended_at IS NULL AND session.id IN (
          SELECT older.id FROM public.operator_sessions AS older JOIN caller ON older.operator_id = caller.id
          WHERE older.ended_at IS NULL
          ORDER BY older.created_at DESC, older.id DESC
          OFFSET ${MAX_OF_AN_OPERATOR - 1}::int)
      ),
      opened AS (
        INSERT INTO public.operator_sessions (operator_id, key_id, token_hash, source_ip, user_agent, created_at, expires_at)
        SELECT caller.id, caller.key_id, ${tokenHash}, ${caller.sourceAddress}::inet, ${caller.userAgent}, ${STATEMENT_TIME},
          ${STATEMENT_TIME} + interval '12 hours'
        FROM caller, ctx WHERE ctx.ready
        RETURNING created_at, expires_at
      )
      SELECT ${signedIn(
        Prisma.sql`public.session_idle_end(opened.created_at, opened.expires_at)`,
        Prisma.sql`opened.expires_at`,
      )}
      FROM caller LEFT JOIN opened ON true`;
    assertAllowed(row);
    return toSignedIn(row);
  }

  /** @throws DomainError the refusals of `assertAllowed` */
  async findSignedIn(caller: Caller): Promise<SignedIn> {
    const [row] = await this.prisma.$queryRaw<SignedInRow[]>`
      WITH ${onBehalfOf(caller)}
      SELECT ${signedIn(
        Prisma.sql`public.session_idle_end(${LAST_SEEN}, session.expires_at)`,
        Prisma.sql`session.expires_at`,
      )}
      FROM caller LEFT JOIN (
        public.operator_sessions AS session LEFT JOIN public.operator_session_uses AS use ON use.session_id = session.id
      ) ON session.id = ${sessionOf(caller)}::uuid`;
    assertAllowed(row);
    return toSignedIn(row);
  }

  /**
   * The live sessions that the caller may see, newest first: an ADMIN sees those of all operators.
   *
   * @throws DomainError the refusals of `assertAllowed`
   */
  async list(
    caller: Caller,
    { operatorId = null }: { operatorId?: string | null | undefined },
    page: PageRange,
  ): Promise<ListPart<Session>> {
    const rows = await this.prisma.$queryRaw<(Answer & BoundedRow)[]>`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT session.id, session.operator_id, operator.name AS operator_name, session.created_at, session.expires_at,
          host(session.source_ip) AS source_ip, session.user_agent, ${LAST_SEEN} AS last_seen_at,
          coalesce(session.id = ${sessionOf(caller)}::uuid, false) AS is_current,
          CASE WHEN operator.kid IS NULL THEN 'provider' ELSE 'key' END AS opened_with
        FROM caller
        JOIN public.operator_sessions AS session ON caller.refusal IS NULL AND ${IN_REACH}
        JOIN public.operators AS operator ON operator.id = session.operator_id
        LEFT JOIN public.operator_session_uses AS use ON use.session_id = session.id
        WHERE ${IS_LIVE} AND (${operatorId}::uuid IS NULL OR session.operator_id = ${operatorId}::uuid)
          AND ${comesAfter(Prisma.sql`session`, page.after)}
        ORDER BY session.created_at DESC, session.id DESC
        LIMIT ${page.limit + 1}::int
      ),
      ${boundedPage(NEWEST_FIRST, page.limit)}
      SELECT caller.refusal, page.* FROM caller LEFT JOIN page ON true ORDER BY page.place`;
    assertAllowed(rows[0]);
    return listedFrom(rows, isSessionRow<Answer & BoundedRow>, toSession);
  }

  /**
   * Ends a session. Does nothing if it has already ended.
   *
   * @throws DomainError `not-found`, also for a session that the caller may not see, and the refusals of `assertAllowed`
   */
  async end(caller: Caller, id: string): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null; found_id: string | null }[]>`
      WITH ${onBehalfOf(caller)},
      found AS MATERIALIZED (
        SELECT session.id,
          CASE
            WHEN session.operator_id <> caller.id THEN 'ended-by-admin'
            WHEN session.id = ${sessionOf(caller)}::uuid THEN 'signed-out'
            ELSE 'ended'
          END AS reason
        FROM caller JOIN public.operator_sessions AS session ON caller.refusal IS NULL AND ${IN_REACH}
        WHERE session.id = ${id}::uuid
      ),
      ended AS (
        UPDATE public.operator_sessions AS session SET ended_at = ${STATEMENT_TIME}, end_reason = found.reason
        FROM found, ctx WHERE ctx.ready AND session.id = found.id AND session.ended_at IS NULL
      )
      SELECT caller.refusal, found.id AS found_id FROM caller LEFT JOIN found ON true`;
    assertAllowed(row);
    if (row.found_id === null) throw new SessionNotFoundError();
  }

  /**
   * Ends the caller's own sessions but the one of this request.
   *
   * @throws DomainError the refusals of `assertAllowed`
   */
  async endOthers(caller: Caller): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null }[]>`
      WITH ${onBehalfOf(caller)},
      ended AS (
        UPDATE public.operator_sessions AS session
        SET ended_at = ${STATEMENT_TIME}, end_reason = 'ended'
        FROM caller, ctx
        WHERE ctx.ready AND session.operator_id = caller.id AND session.ended_at IS NULL
          AND session.id IS DISTINCT FROM ${sessionOf(caller)}::uuid
      )
      SELECT caller.refusal FROM caller`;
    assertAllowed(row);
  }

  /**
   * Records the ends of sessions that have ended by themselves: they were not used, 12 hours are over, or their key no longer
   * works.
   *
   * @returns the number of sessions; if it is {@link SWEEP_SIZE}, there may be more
   */
  async endExpired(): Promise<number> {
    return await this.prisma.$executeRaw`
      WITH ${onBehalfOfSystem('sessions')},
      over AS MATERIALIZED (
        SELECT session.id,
          CASE
            WHEN operator.deleted_at IS NOT NULL THEN 'operator-deleted'
            WHEN operator.key_id <> session.key_id THEN 'key-rotated'
            WHEN operator.key_expires_at <= pg_catalog.statement_timestamp() THEN 'key-expired'
            WHEN session.expires_at <= pg_catalog.statement_timestamp() THEN 'expired'
            ELSE 'idle'
          END AS reason
        FROM public.operator_sessions AS session
        JOIN public.operators AS operator ON operator.id = session.operator_id
        LEFT JOIN public.operator_session_uses AS use ON use.session_id = session.id
        WHERE session.ended_at IS NULL AND NOT ${IS_LIVE}
        ORDER BY session.id
        LIMIT ${SWEEP_SIZE}::int
        FOR UPDATE OF session SKIP LOCKED
      )
      UPDATE public.operator_sessions AS session SET ended_at = ${STATEMENT_TIME}, end_reason = over.reason
      FROM over, ctx WHERE ctx.ready AND session.id = over.id AND session.ended_at IS NULL`;
  }

  /**
   * Deletes sessions that ended a day ago. Until then, the answer to their requests is that the session has ended.
   *
   * @returns the number of deleted rows; if it is {@link SWEEP_SIZE}, there may be more
   */
  async forget(): Promise<number> {
    return await this.prisma.$executeRaw`
      DELETE FROM public.operator_sessions
      WHERE id = ANY (ARRAY(
        SELECT id FROM public.operator_sessions
        WHERE ended_at <= pg_catalog.statement_timestamp() - interval '1 day'
        LIMIT ${SWEEP_SIZE}::int
        FOR UPDATE SKIP LOCKED))`;
  }
}

/** The id of the session of this request; null if it came with a key. */
function sessionOf({ session, kid }: Caller): string | null {
  return session === true ? kid : null;
}

function toSignedIn({
  id,
  name,
  role,
  workspace_ids,
  permissions,
  idle_end,
  expires_at,
}: SignedInRow): SignedIn {
  return {
    operator: { id, name, role, workspaceIds: workspace_ids },
    permissions,
    idleExpiresAt: idle_end?.toISOString() ?? null,
    expiresAt: expires_at?.toISOString() ?? null,
  };
}
