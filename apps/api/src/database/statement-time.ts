import { Prisma } from '../generated/prisma/client.js';

/**
 * The start time of the statement, in the milliseconds that the tables keep. It is rounded down: rounding up would put
 * it into the future.
 */
export const STATEMENT_TIME = Prisma.sql`pg_catalog.date_trunc('milliseconds', pg_catalog.statement_timestamp())`;
