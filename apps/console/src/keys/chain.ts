import type { CoordinatorKey } from '../generated/schema';

/** The keys that one came from, itself, and those that came from it by rotation; the oldest first. */
export function chainOf(keys: readonly CoordinatorKey[], id: string): CoordinatorKey[] {
  const byId = new Map(keys.map((key) => [key.id, key]));
  let first = byId.get(id);
  for (let before = first; before !== undefined; before = byId.get(before.predecessorId ?? ''))
    first = before;
  if (first === undefined) return [];
  const chain: CoordinatorKey[] = [];
  let last = [first];
  while (last.length > 0) {
    chain.push(...last);
    last = keys.filter(({ predecessorId }) => last.some((it) => it.id === predecessorId));
  }
  return chain;
}
