import type { Caller } from '../../common/access/caller.js';
import type { PageRange } from '../../common/pagination/page.js';
import { onBehalfOf } from '../../database/audited-statement.js';
import { comesAfter } from '../../database/keyset.js';
import { boundedPage } from '../../database/page-bytes.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { CredentialState } from '../coordinator-key.js';
import { KEY_COLUMNS } from '../coordinator-row.js';
import { isLive } from '../credential.statement.js';

/** Selects keys. A missing member matches any key. */
export interface KeyFilter {
  kid?: string | undefined;
  kidPrefix?: string | undefined;
  coordinatorId?: string | undefined;
  /** `true`: never used */
  unused?: 'true' | undefined;
  state?: CredentialState | undefined;
  expiringBefore?: Date | undefined;
  unusedSince?: Date | undefined;
}

/**
 * One page of the keys of all coordinators, newest first: rows of `refusal` and of a bounded page. `LATERAL`, so that
 * Postgres reads an index until the page is full, and does not sort all keys.
 */
export function searchStatement(caller: Caller, filter: KeyFilter, page: PageRange): Prisma.Sql {
  return Prisma.sql`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT ${KEY_COLUMNS}, coordinator.name AS coordinator_name
        FROM caller CROSS JOIN LATERAL (
          SELECT key.* FROM public.coordinator_keys AS key
          WHERE caller.refusal IS NULL AND ${matches(filter)} AND ${comesAfter(Prisma.sql`key`, page.after)}
          ORDER BY key.created_at DESC, key.id DESC
          LIMIT ${page.limit + 1}::int
        ) AS key JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
      ),
      ${boundedPage(Prisma.sql`key_created_at DESC, key_id DESC`, page.limit)}
      SELECT caller.refusal, page.* FROM caller LEFT JOIN page ON true ORDER BY page.place`;
}

function matches(filter: KeyFilter): Prisma.Sql {
  const { kid, kidPrefix, coordinatorId, unused: neverUsed, state, expiringBefore, unusedSince } = filter;
  const conditions = [
    ...(kid === undefined ? [] : [Prisma.sql`key.kid = ${kid}`]),
    ...(kidPrefix === undefined ? [] : [Prisma.sql`starts_with(key.kid, ${kidPrefix})`]),
    ...(coordinatorId === undefined ? [] : [Prisma.sql`key.coordinator_id = ${coordinatorId}::uuid`]),
    ...(neverUsed === undefined ? [] : [NEVER_USED]),
    ...(state === undefined ? [] : [IN_STATE[state]]),
    ...(expiringBefore === undefined
      ? []
      : [Prisma.sql`key.expires_at < ${expiringBefore.toISOString()}::timestamptz`]),
    ...(unusedSince === undefined ? [] : [unused(unusedSince.toISOString())]),
  ];
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, ' AND ');
}

/** `stateOf`, as conditions that the indexes of the table serve. */
const IN_STATE: Record<CredentialState, Prisma.Sql> = {
  ACTIVE: isLive('key'),
  EXPIRED: Prisma.sql`key.revoked_at IS NULL AND key.expires_at <= pg_catalog.statement_timestamp()`,
  REVOKED: Prisma.sql`key.revoked_at IS NOT NULL`,
};

const NEVER_USED = Prisma.sql`NOT EXISTS (
  SELECT FROM public.coordinator_key_uses AS use WHERE use.key_id = key.id)`;

function unused(since: string): Prisma.Sql {
  return Prisma.sql`key.created_at < ${since}::timestamptz AND NOT EXISTS (
    SELECT FROM public.coordinator_key_uses AS use WHERE use.key_id = key.id AND use.last_used_at >= ${since}::timestamptz)`;
}
