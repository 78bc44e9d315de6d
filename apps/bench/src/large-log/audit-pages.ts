// `npm run audit:pages -- SMALL LARGE`: times pages of two logs that `audit:fill` made, in turns, and prints the ratio of the larger to the
// smaller. It runs the statement of the API, as the API's login, with warm caches.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AuditFilter } from '@coordinator-registry/api/audit-log/audit-filter.js';
import { pageStatement } from '@coordinator-registry/api/audit-log/reading/audit-log.statement.js';
import type { Caller } from '@coordinator-registry/api/common/access/caller.js';
import type { Cursor } from '@coordinator-registry/api/common/pagination/cursor.js';
import { sessionOf } from '@coordinator-registry/api/database/connection.js';
import pg from 'pg';
import { idOf, openDirectory } from './large-log.js';

const USAGE = 'Usage: npm run audit:pages -- SMALL_DIRECTORY LARGE_DIRECTORY';
const LIMIT = 100;
const RUNS = 200;
const MAX_SCANNED = 10_000;
const DAY_MS = 86_400_000;

const [workspaceId, actorId] = [idOf('workspace 0'), idOf('actor 3')];
const [oldest, old] = [new Date(Date.now() - 320 * DAY_MS), new Date(Date.now() - 300 * DAY_MS)];

/** Filters with an index: the cost of a page must not depend on the length of the log. */
const INDEXED: Record<string, AuditFilter> = {
  'no filter': {},
  workspace: { workspaceId },
  actor: { actorId },
  key: { keyId: idOf('key 1 of actor 0') },
  resource: { resourceId: idOf('resource 0') },
  request: { requestId: 'request-0' },
  action: { action: ['job.started'] },
  outcome: { outcome: 'DENIED' },
  'workspace + actor': { workspaceId, actorId },
  'workspace + action': { workspaceId, action: ['job.started'] },
  'actor + action': { actorId, action: ['job.started'] },
  'a small workspace': { workspaceId: idOf('workspace 20') },
  'a busy actor': { actorId: idOf('actor 0') },
  'an actor long gone': { actorId: idOf('actor gone') },
  'an actor nobody knows': { actorId: idOf('nobody') },
  'workspace, long ago': { workspaceId, from: oldest, to: old },
  'actor long gone, at a time without it': {
    actorId: idOf('actor gone'),
    from: new Date(Date.now() - 90 * DAY_MS),
  },
};

/** Filters without an index: the number of scanned records is bounded. */
const SIEVED: Record<string, AuditFilter> = {
  'actor + outcome': { actorId, outcome: 'DENIED' },
  'workspace + outcome': { workspaceId, outcome: 'DENIED' },
  'action + outcome, never': { action: ['job.progressed'], outcome: 'DENIED' },
  'workspace + actor + action': { workspaceId, actorId, action: ['job.failed'] },
  'workspace + actor, never, action': { workspaceId, actorId, action: ['operator.deleted'] },
  'workspace + key': { workspaceId: idOf('workspace 20'), keyId: idOf('key 1 of actor 0') },
  'request + outcome': { requestId: 'request-0', outcome: 'DENIED' },
};

const directories = process.argv.slice(2);
const missing = directories.find((it) => !existsSync(it));
if (directories.length !== 2 || missing !== undefined) {
  process.stderr.write(`${missing === undefined ? '' : `There is no ${missing}.\n`}${USAGE}\n`);
  process.exit(1);
}

/** names of the prepared statements, by text */
const names = new Map<string, string>();
const logs: OpenLog[] = [];
try {
  for (const directory of directories) logs.push(await openLog(directory));
  const [small, large] = logs;
  if (small === undefined || large === undefined) throw new Error('there are not two logs');
  process.stdout.write(
    `medians of ${RUNS} pages of ${LIMIT}, in ms\n\n` +
      '| filter | small | large | ratio | deep: small | large | ratio |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n',
  );
  for (const [name, filter] of Object.entries(INDEXED)) await compare(name, filter, small, large);
  process.stdout.write(
    `\n| other combinations, large | ms | scanned, of at most ${MAX_SCANNED} |\n| --- | ---: | ---: |\n`,
  );
  for (const [name, filter] of Object.entries(SIEVED)) await showBound(name, filter, large);
} finally {
  for (const log of logs) await log.close();
}

interface OpenLog {
  caller: Caller;
  session: pg.Client;
  close(): Promise<void>;
}

/** @returns the cursor of half a year ago */
function middle(): Cursor {
  return { t: new Date(Date.now() - 165 * DAY_MS).toISOString(), id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
}

async function openLog(directory: string): Promise<OpenLog> {
  const { owner, api, close } = await openDirectory(directory);
  const kid = randomUUID();
  const owning = new pg.Client({ connectionString: owner });
  await owning.connect();
  await owning.query(
    `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context('SYSTEM', NULL, 'audit-pages', NULL, NULL, NULL, NULL) AS ready)
     INSERT INTO public.operators (name, role, workspace_ids, key_id, kid, secret_hash)
     SELECT 'audit-pages ' || $1::text, 'OPERATOR', NULL, public.uuid_v7(), $1, 'of no key' FROM ctx WHERE ready`,
    [kid],
  );
  await owning.end();
  const session = new pg.Client(sessionOf({ url: api }));
  await session.connect();
  const caller: Caller = {
    kind: 'operator',
    id: kid,
    keyId: kid,
    kid,
    name: 'audit-pages',
    rateLimitPerMinute: 1,
    permission: 'audit:read',
    requestId: randomUUID(),
    sourceAddress: '127.0.0.1',
    userAgent: null,
  };
  return {
    caller,
    session,
    close: async () => {
      await session.end();
      await close();
    },
  };
}

async function compare(name: string, filter: AuditFilter, small: OpenLog, large: OpenLog): Promise<void> {
  const cells: string[] = [];
  for (const after of [undefined, middle()]) {
    const [ofSmall = NaN, ofLarge = NaN] = await timeInTurn([small, large], filter, after);
    cells.push(ofSmall.toFixed(2), ofLarge.toFixed(2), (ofLarge / ofSmall).toFixed(2));
  }
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
}

/** @returns the median of each log, in ms */
async function timeInTurn(
  compared: OpenLog[],
  filter: AuditFilter,
  after: Cursor | undefined,
): Promise<number[]> {
  const taken = compared.map((): number[] => []);
  for (let run = -RUNS / 10; run < RUNS; run += 1) {
    for (const [at, { session, caller }] of compared.entries()) {
      const from = performance.now();
      await session.query(named(pageStatement(caller, filter, { limit: LIMIT, after })));
      // The first runs fill the caches, and Postgres plans.
      if (run >= 0) taken[at]?.push(performance.now() - from);
    }
  }
  return taken.map(median);
}

async function showBound(name: string, filter: AuditFilter, log: OpenLog): Promise<void> {
  const statement = pageStatement(log.caller, filter, { limit: LIMIT, after: undefined });
  // EXPLAIN of the statement itself would plan it for these parameters, which the API's sessions do not.
  const parameters = statement.values.map((it) => (it === null ? 'NULL' : pg.escapeLiteral(String(it))));
  await log.session.query(`PREPARE explained AS ${statement.text}`);
  const { rows } = await log.session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained (${parameters.join(', ')})`,
  );
  await log.session.query('DEALLOCATE explained');
  const [row] = rows;
  if (row === undefined) throw new Error('EXPLAIN returned no plan');
  const scanned = nodes(row['QUERY PLAN'][0].Plan)
    .filter((it) => it['Node Type'] === 'WindowAgg')
    .reduce((sum, it) => sum + it['Actual Rows'] * it['Actual Loops'], 0);
  const [took = NaN] = await timeInTurn([log], filter, undefined);
  process.stdout.write(`| ${name} | ${took.toFixed(2)} | ${scanned.toLocaleString('en')} |\n`);
  if (scanned > MAX_SCANNED) process.exitCode = 1;
}

interface PlanNode {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: PlanNode[];
}

function nodes(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodes)];
}

function named({ text, values }: ReturnType<typeof pageStatement>): pg.QueryConfig {
  const name = names.get(text) ?? `page-${names.size}`;
  names.set(text, name);
  return { name, text, values };
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
