import type { Caller } from '../common/access/caller.js';
import { Prisma } from '../generated/prisma/client.js';
import { assertAllowed, onBehalfOf } from './audited-statement.js';
import type { PrismaService } from './prisma.service.js';

interface LockedChange {
  caller: Caller;
  table: 'coordinators' | 'workspaces';
  /** of the row to lock */
  id: string;
  /** begins with `WITH ${onBehalfOf(caller)}` and returns `refusal` */
  statement: Prisma.Sql;
}

/**
 * Changes a set that belongs to one row, in a transaction of two statements (docs/adr/0007). The first statement locks
 * the row. The second takes its snapshot after that, and so sees the result of the previous change.
 *
 * Both statements check the caller's rights. A caller without rights locks nothing and waits for no lock.
 *
 * @returns the row that `statement` returns
 * @throws DomainError the refusals of `assertAllowed`
 */
export async function changeLocked<Row extends { refusal: string | null }>(
  prisma: PrismaService,
  { caller, table, id, statement }: LockedChange,
): Promise<Row> {
  return await prisma.inTransaction(async (transaction) => {
    const [locked] = await transaction.rows<{ refusal: string | null }>(Prisma.sql`
      WITH ${onBehalfOf(caller)},
      locked AS MATERIALIZED (
        SELECT target.id FROM public.${Prisma.raw(table)} AS target, ctx
        WHERE ctx.ready AND target.id = ${id}::uuid
        FOR NO KEY UPDATE OF target
      )
      SELECT caller.refusal FROM caller LEFT JOIN locked ON true`);
    assertAllowed(locked);
    const [row] = await transaction.rows<Row>(statement);
    assertAllowed(row);
    return row;
  });
}
