import { Prisma } from '../generated/prisma/client.js';

/** When the statement began, in the milliseconds that the tables keep: rounding up would put it into the future. */
export const STATEMENT_TIME = Prisma.sql`pg_catalog.date_trunc('milliseconds', pg_catalog.statement_timestamp())`;
