import { Prisma } from '../generated/prisma/client.js';

/**
 * A statement that stores when keys were last used, in a table apart from theirs, by the clock of the database. Of two
 * times, the later one stays.
 *
 * @param uses how many ms ago, by the id in `column`
 */
export function storeLastUses(
  { table, column }: { table: 'coordinator_key_uses' | 'operator_uses'; column: 'key_id' | 'operator_id' },
  uses: ReadonlyMap<string, number>,
): Prisma.Sql {
  // Sorted by id: otherwise two replicas that write at once could deadlock.
  const ids = [...uses.keys()].sort();
  const ages = ids.map((id) => uses.get(id) ?? null);
  const id = Prisma.raw(column);
  return Prisma.sql`
    INSERT INTO public.${Prisma.raw(table)} AS known (${id}, last_used_at)
    SELECT use.id, pg_catalog.statement_timestamp() - use.age_ms * interval '1 millisecond'
    FROM unnest(${ids}::uuid[], ${ages}::float8[]) AS use (id, age_ms)
    ON CONFLICT (${id}) DO UPDATE SET last_used_at = excluded.last_used_at
      WHERE known.last_used_at < excluded.last_used_at`;
}
