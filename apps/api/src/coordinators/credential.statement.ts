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
 *
 * @param unless a condition on `found` under which the credential is not rotated
 */
export function rotation(
  kind: Kind,
  meant: Meant,
  overlapSeconds: number,
  unless: Prisma.Sql = Prisma.sql`false`,
): Prisma.Sql {
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
      FROM found WHERE ${it}.id = found.id AND found.state = 'ACTIVE' AND NOT (${unless})
      RETURNING ${it}.id, ${it}.expires_at
    )`;
}

/**
 * The CTEs `found`, with its `id`, and `revoked`, which revokes the credential unless it is already revoked.
 *
 * @param chain the CTE `chain`, with the ids to revoke instead of the one in `found`
 */
export function revocation(kind: Kind, meant: Meant, chain?: Prisma.Sql): Prisma.Sql {
  const it = Prisma.raw(kind);
  return Prisma.sql`
    found AS MATERIALIZED (SELECT ${it}.id ${whereMeant(kind, meant)}),
    ${chain === undefined ? Prisma.empty : Prisma.sql`${chain},`}
    revoked AS (
      UPDATE public.${Prisma.raw(TABLES[kind])} AS ${it} SET revoked_at = ${STATEMENT_TIME}
      FROM ${Prisma.raw(chain === undefined ? 'found' : 'chain')} AS target
      WHERE ${it}.id = target.id AND ${it}.revoked_at IS NULL
    )`;
}

/**
 * The recursive CTEs `before` and `chain`: the key `found`, its predecessors, and all their successors. For statements
 * that begin with `WITH RECURSIVE` and hold the lock of the coordinator, under which successors are made.
 */
export const CHAIN = Prisma.sql`
    before AS (
      SELECT key.id, key.predecessor_id FROM found JOIN public.coordinator_keys AS key USING (id)
      UNION ALL
      SELECT key.id, key.predecessor_id
      FROM before JOIN public.coordinator_keys AS key ON key.id = before.predecessor_id
    ),
    chain AS (
      SELECT before.id FROM before WHERE before.predecessor_id IS NULL
      UNION ALL
      SELECT key.id FROM chain JOIN public.coordinator_keys AS key ON key.predecessor_id = chain.id
    )`;

/** A subquery: the successors of the key with this alias, their successors, and so on. */
export function successorsOf(alias: string): Prisma.Sql {
  return Prisma.sql`(
    WITH RECURSIVE later AS (
      SELECT issued.* FROM public.coordinator_keys AS issued WHERE issued.predecessor_id = ${Prisma.raw(alias)}.id
      UNION ALL
      SELECT issued.* FROM later JOIN public.coordinator_keys AS issued ON issued.predecessor_id = later.id
    )
    SELECT * FROM later)`;
}

/** The condition that the key with this alias has a successor, or a successor of it, that is ACTIVE. */
export function hasLiveSuccessor(alias: string): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM ${successorsOf(alias)} AS successor WHERE ${isLive('successor')})`;
}

/** The condition that the credential with this alias is ACTIVE. */
export function isLive(alias: string): Prisma.Sql {
  const it = Prisma.raw(alias);
  return Prisma.sql`${it}.revoked_at IS NULL
    AND (${it}.expires_at IS NULL OR ${it}.expires_at > pg_catalog.statement_timestamp())`;
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
