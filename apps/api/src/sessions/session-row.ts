import type { RowOf } from '../database/row.js';
import { type OperatorSession, Prisma } from '../generated/prisma/client.js';
import type { Session } from './session.js';

export interface SessionRow
  extends RowOf<OperatorSession, 'id' | 'operatorId' | 'createdAt' | 'expiresAt' | 'sourceIp' | 'userAgent'> {
  operator_name: string;
  last_seen_at: Date;
  is_current: boolean;
  opened_with: Session['openedWith'];
}

/** SQL: when the session of the aliases `session` and `use` was last used. */
export const LAST_SEEN = Prisma.sql`coalesce(use.last_seen_at, session.created_at)`;

/** SQL: whether this session has not ended, whether or not that is recorded already. */
export const IS_LIVE = Prisma.sql`(session.ended_at IS NULL AND operator.deleted_at IS NULL
  AND operator.key_id = session.key_id
  AND coalesce(operator.key_expires_at > pg_catalog.statement_timestamp(), true)
  AND public.session_idle_end(${LAST_SEEN}, session.expires_at) > pg_catalog.statement_timestamp())`;

export function isSessionRow<Row extends Partial<SessionRow>>(row: Row): row is Row & SessionRow {
  return typeof row.id === 'string';
}

export function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    operator: { id: row.operator_id, name: row.operator_name },
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    openedWith: row.opened_with,
    sourceIp: row.source_ip,
    userAgent: row.user_agent,
    current: row.is_current,
  };
}
