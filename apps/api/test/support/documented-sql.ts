import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { format } from 'sql-formatter';
import type { PrismaService } from '../../src/database/prisma.service.js';
import { Prisma } from '../../src/generated/prisma/client.js';

const DIRECTORY = fileURLToPath(new URL('../../../../docs/sql/', import.meta.url));
/** Another version of PostgreSQL may plan and print otherwise. */
const VERSION_OF_PLANS = 18;

interface PlanNode {
  'Node Type': string;
  Operation?: string;
  'Scan Direction'?: string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'CTE Name'?: string;
  'Function Name'?: string;
  'Subplan Name'?: string;
  Plans?: PlanNode[];
}

interface Prepared {
  name: string;
  text: string;
  parameters: number;
}

/**
 * Compares `docs/sql/<operation>.sql` with the statements that the operation sends, in their order, each with its plan. With
 * `UPDATE_SQL=1` writes the file.
 *
 * @param prisma has one session
 * @param run sends each of the statements for the first time in this session
 */
export async function expectDocumented(
  prisma: PrismaService,
  operation: string,
  run: () => Promise<unknown>,
): Promise<void> {
  const before = new Set((await prepared(prisma)).map(({ name }) => name));
  await run();
  const sent = (await prepared(prisma)).filter(({ name }) => !before.has(name));
  expect(sent.length).toBeGreaterThan(0);
  const parts: string[] = [];
  for (const statement of sent)
    parts.push(`${formatted(statement.text)}\n${await planOf(prisma, statement)}`);
  const text = parts.join('\n');

  const path = `${DIRECTORY}${operation}.sql`;
  if (process.env.UPDATE_SQL === '1') {
    await mkdir(DIRECTORY, { recursive: true });
    await writeFile(path, text);
  }
  const comparable = (await version(prisma)) === VERSION_OF_PLANS ? text : withoutPlans(text);
  const written = await readFile(path, 'utf8');
  expect(comparable === text ? written : withoutPlans(written)).toBe(comparable);
}

async function prepared(prisma: PrismaService): Promise<Prepared[]> {
  return prisma.rows<Prepared & Record<string, unknown>>(Prisma.sql`
    SELECT name, statement AS text, pg_catalog.cardinality(parameter_types) AS parameters
    FROM pg_catalog.pg_prepared_statements
    WHERE statement !~ 'pg_prepared_statements|EXPLAIN' ORDER BY prepare_time`);
}

async function version(prisma: PrismaService): Promise<number> {
  const rows = await prisma.rows<{ major: number }>(
    Prisma.sql`SELECT pg_catalog.current_setting('server_version_num')::int / 10000 AS major`,
  );
  return rows[0]?.major ?? 0;
}

function formatted(text: string): string {
  return format(text, { language: 'postgresql', expressionWidth: 100 }).replaceAll(
    /\b(\w+\.\w+|[a-z_]+\d*) \((?!SELECT)/g,
    (call, name: string) => (/^[a-z]/.test(name) ? `${name}(` : call),
  );
}

async function planOf(prisma: PrismaService, { name, parameters }: Prepared): Promise<string> {
  const values = Array.from({ length: parameters }, () => 'NULL').join();
  const execute = parameters === 0 ? `"${name}"` : `"${name}" (${values})`;
  const rows = await prisma.rows<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    Prisma.raw(`EXPLAIN (COSTS OFF, FORMAT JSON) EXECUTE ${execute}`),
  );
  const root = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (root === undefined) throw new Error('no plan');
  return `-- Plan:\n${linesOf(root)
    .map((line) => `--   ${line}\n`)
    .join('')}`;
}

/** The tree, a node a line. Siblings that differ only in the month of their partition are one. */
function linesOf(node: PlanNode): string[] {
  const children = (node.Plans ?? []).map((it) => linesOf(it).join('\n'));
  const distinct = children.filter((it, at) => it !== children[at - 1]);
  return [headOf(node), ...distinct.flatMap((it) => it.split('\n')).map((line) => `  ${line}`)];
}

function headOf(node: PlanNode): string {
  const { 'Node Type': type, Operation: operation, 'Subplan Name': subplan } = node;
  const direction = node['Scan Direction'] === 'Backward' ? ' Backward' : '';
  const index = node['Index Name'] === undefined ? '' : ` using ${node['Index Name']}`;
  const from = node['Relation Name'] ?? node['CTE Name'] ?? node['Function Name'];
  const head = `${subplan === undefined ? '' : `${subplan}: `}${operation ?? type}${direction}${index}${from === undefined ? '' : ` on ${from}`}`;
  return head.replaceAll(/\d{4}_\d\d/g, 'MONTH');
}

function withoutPlans(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n');
}
