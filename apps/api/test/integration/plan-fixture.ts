import pg from 'pg';

export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Scan Direction'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** As a request's session plans it: once, and not for these parameters. EXPLAIN of the statement itself would plan for them. */
export async function planOf(
  session: pg.Client,
  { text, values }: { text: string; values: unknown[] },
): Promise<PlanNode[]> {
  const given = values.length === 0 ? '' : ` (${values.map(literal).join(', ')})`;
  await session.query(`PREPARE page AS ${text}`);
  const { rows } = await session.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE page${given}`,
  );
  await session.query('DEALLOCATE page');
  const root = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (root === undefined) throw new Error('no plan');
  return nodes(root);
}

function nodes(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodes)];
}

/**
 * The scans of a table that really ran, with how many rows each read.
 *
 * @throws Error if the plan has no scan of it: a test of none would pass
 */
export function scansOf(plan: PlanNode[], table = 'audit_log') {
  const scans = plan.filter(
    (it) => it['Relation Name']?.startsWith(table) && it['Node Type'] !== 'ModifyTable',
  );
  if (scans.length === 0) throw new Error(`the plan has no scan of ${table}`);
  return scans
    .filter((it) => it['Actual Loops'] > 0)
    .map((it) => ({
      type: it['Node Type'],
      index: it['Index Name'],
      direction: it['Scan Direction'],
      read: it['Actual Loops'] * (it['Actual Rows'] + (it['Rows Removed by Filter'] ?? 0)),
    }));
}

export function totalRead(scans: ReturnType<typeof scansOf>): number {
  return scans.reduce((sum, it) => sum + it.read, 0);
}

/** Pages of memory that the scans of the log read; a scan of an index shows in no other way that it began too early. */
export function blocksRead(plan: PlanNode[]): number {
  return plan
    .filter((it) => it['Relation Name']?.startsWith('audit_log') && it['Actual Loops'] > 0)
    .reduce((sum, it) => sum + it['Shared Hit Blocks'] + it['Shared Read Blocks'], 0);
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  const text = Array.isArray(value) ? `{${value.map((it) => JSON.stringify(it)).join()}}` : String(value);
  return pg.escapeLiteral(text);
}
