import { Prisma } from '../generated/prisma/client.js';

/** SQL: the networks as `inet[]`, without host bits and without duplicates. */
export function networks(given: readonly string[]): Prisma.Sql {
  return Prisma.sql`ARRAY(
    SELECT DISTINCT network(given.network)::inet AS network
    FROM unnest(${given}::inet[]) AS given (network) ORDER BY network)`;
}
