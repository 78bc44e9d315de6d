import { STATEMENT_TIME } from '../database/statement-time.js';
import { Prisma } from '../generated/prisma/client.js';

/** The credentials of coordinators: each kind is a table, with the kind as its alias. */
const TABLES = { key: 'coordinator_keys', webhook: 'coordinator_webhooks' } as const;

type Kind = keyof typeof TABLES;

/** The credential that the statement is about. */
interface Meant {
  coordinatorId: string;
  id: string;
}

/** The state of the credential. It depends only on the credential's own row. */
export function stateOf(kind: Kind): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`CASE
  WHEN ${it}.revoked_at IS NOT NULL THEN 'REVOKED'
  WHEN ${it}.expires_at <= pg_catalog.statement_timestamp() THEN 'EXPIRED'
  ELSE 'ACTIVE' END`;
}

/**
 * The CTEs `found`, with its `state`, and `rotated`. An ACTIVE credential stays valid for `overlapSeconds`, or until
 * its own end if that is sooner. The caller must insert the successor if `rotated` has a row.
 */
export function rotation(kind: Kind, meant: Meant, overlapSeconds: number): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`
    found AS MATERIALIZED (
      SELECT ${it}.*, ${stateOf(kind)} AS state ${whereMeant(kind, meant)}
      FOR NO KEY UPDATE OF coordinator, ${it}
    ),
    rotated AS (
      UPDATE public.${Prisma.raw(TABLES[kind])} AS ${it}
      SET rotated_at = ${STATEMENT_TIME},
        expires_at = least(${it}.expires_at, ${STATEMENT_TIME} + make_interval(secs => ${overlapSeconds}::int))
      FROM found WHERE ${it}.id = found.id AND found.state = 'ACTIVE'
      RETURNING ${it}.id
    )`;
}

/** The CTEs `found`, with its `id`, and `revoked`, which revokes the credential unless it is already revoked. */
export function revocation(kind: Kind, meant: Meant): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`
    found AS MATERIALIZED (SELECT ${it}.id ${whereMeant(kind, meant)}),
    revoked AS (
      UPDATE public.${Prisma.raw(TABLES[kind])} AS ${it} SET revoked_at = ${STATEMENT_TIME}
      FROM found WHERE ${it}.id = found.id AND ${it}.revoked_at IS NULL
    )`;
}

/** For statements that begin with `onBehalfOf(caller)`. */
function whereMeant(kind: Kind, { coordinatorId, id }: Meant): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`
      FROM public.coordinators AS coordinator
      JOIN public.${Prisma.raw(TABLES[kind])} AS ${it} ON ${it}.coordinator_id = coordinator.id, ctx
      WHERE ctx.ready AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
        AND ${it}.id = ${id}::uuid`;
}
