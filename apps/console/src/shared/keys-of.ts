/** The names of a table that has exactly these. `Object.keys` knows them only as text. */
export function keysOf<Name extends string>(table: Record<Name, unknown>): Name[] {
  return Object.keys(table) as Name[];
}
