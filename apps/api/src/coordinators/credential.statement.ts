import { STATEMENT_TIME } from '../database/statement-time.js';
import { Prisma } from '../generated/prisma/client.js';

/** What a coordinator proves itself by: a row of one of these tables, under this name. */
const TABLES = { key: 'coordinator_keys', webhook: 'coordinator_webhooks' } as const;

type Kind = keyof typeof TABLES;

/** The one that is meant. */
interface Meant {
  coordinatorId: string;
  id: string;
}

/** Whether it could still be used, as far as that depends on itself alone. */
export function stateOf(kind: Kind): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`CASE
  WHEN ${it}.revoked_at IS NOT NULL THEN 'REVOKED'
  WHEN ${it}.expires_at <= pg_catalog.statement_timestamp() THEN 'EXPIRED'
  ELSE 'ACTIVE' END`;
}

/**
 * The CTEs `found`, with its `state`, and `rotated`: if it is ACTIVE, it is accepted for `overlapSeconds` more, or until its own end if that
 * is sooner. Its successor is for the caller to insert, if `rotated` has a row.
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

/** The CTEs `found`, with its `id`, and `revoked`: it is revoked, unless it is already. */
export function revocation(kind: Kind, meant: Meant): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`
    found AS MATERIALIZED (SELECT ${it}.id ${whereMeant(kind, meant)}),
    revoked AS (
      UPDATE public.${Prisma.raw(TABLES[kind])} AS ${it} SET revoked_at = ${STATEMENT_TIME}
      FROM found WHERE ${it}.id = found.id AND ${it}.revoked_at IS NULL
    )`;
}

/** Of a statement that begins with `onBehalfOf(caller)`. */
function whereMeant(kind: Kind, { coordinatorId, id }: Meant): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`
      FROM public.coordinators AS coordinator
      JOIN public.${Prisma.raw(TABLES[kind])} AS ${it} ON ${it}.coordinator_id = coordinator.id, ctx
      WHERE ctx.ready AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
        AND ${it}.id = ${id}::uuid`;
}
