import { given, type Values } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Idempotency } from './job.js';

/** The `Idempotency-Key` of a statement whose input has one. */
export const GIVEN_IDEMPOTENCY: Values<Idempotency> = {
  route: given((it: { idempotency: Idempotency | null }) => it.idempotency?.route),
  key: given((it: { idempotency: Idempotency | null }) => it.idempotency?.key),
  requestDigest: given((it: { idempotency: Idempotency | null }) => it.idempotency?.requestDigest),
};

/** How long an `Idempotency-Key` is kept. */
export const LIFETIME = Prisma.sql`interval '24 hours'`;

/**
 * The CTE `prior` (`job_id`, `same_request`): the job that this `Idempotency-Key` made before, for the coordinator in
 * the CTE `caller`.
 *
 * @param from the FROM clause: `caller`, and every CTE that must have a row before the key is looked up
 */
export function prior(idempotency: Values<Idempotency> | null, from: Prisma.Sql): Prisma.Sql {
  if (idempotency === null) {
    return Prisma.sql`prior AS (SELECT NULL::uuid AS job_id, NULL::boolean AS same_request WHERE false)`;
  }
  const { route, key, requestDigest } = idempotency;
  return Prisma.sql`
    prior AS MATERIALIZED (
      SELECT known.job_id, known.request_digest = ${requestDigest} AS same_request
      ${from}, public.idempotency_keys AS known
      WHERE known.coordinator_id = caller.id AND known.route = ${route} AND known.key = ${key}
        AND known.created_at > pg_catalog.statement_timestamp() - ${LIFETIME}
    )`;
}

/**
 * The CTEs that store the key with the job of the CTE `made`, followed by a comma. Empty without a key. The key is
 * inserted after the job. If another request inserted the same key first, the whole statement fails on
 * `idempotency_keys_pkey`, and the caller must retry.
 */
export function remember(idempotency: Values<Idempotency> | null, made: Prisma.Sql): Prisma.Sql {
  if (idempotency === null) return Prisma.empty;
  const { route, key, requestDigest } = idempotency;
  return Prisma.sql`
    expired AS (
      DELETE FROM public.idempotency_keys AS known USING caller, ${made}
      WHERE known.coordinator_id = caller.id AND known.route = ${route} AND known.key = ${key}
        AND known.created_at <= pg_catalog.statement_timestamp() - ${LIFETIME}
      RETURNING 1
    ),
    remembered AS (
      INSERT INTO public.idempotency_keys (coordinator_id, route, key, request_digest, job_id)
      SELECT caller.id, ${route}, ${key}, ${requestDigest}, ${made}.id FROM caller, ${made}
      -- reads the deletion, and so comes after it
      WHERE (SELECT count(*) FROM expired) >= 0
    ),`;
}
