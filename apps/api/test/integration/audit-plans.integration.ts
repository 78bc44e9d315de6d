import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pageStatement } from '../../src/audit-log/audit-log.statement.js';
import type { AuditFilter } from '../../src/audit-log/audit-record.js';
import type { Caller } from '../../src/common/access/caller.js';
import { Prisma } from '../../src/generated/prisma/client.js';
import { type AuditDatabase, openAuditDatabase, operatorCaller } from './audit-fixture.js';

const RECORDS = 40_000;
const workspaces = Array.from({ length: 8 }, () => randomUUID());
const actors = Array.from({ length: 6 }, () => randomUUID());
const keys = Array.from({ length: 12 }, () => randomUUID());

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Scan Direction'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Subplans Removed'?: number;
  Plans?: PlanNode[];
}

let database: AuditDatabase;
let unlimited: Caller;
let limited: Caller;

beforeAll(async () => {
  database = await openAuditDatabase();
  unlimited = await operatorCaller(database.api);
  limited = await operatorCaller(database.api, workspaces.slice(0, 3));
  // As a long log would be, over all the partitions there are; only a superuser can write one by hand.
  await database.superuser.query(
    `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome, reason,
       workspace_id, resource_type, resource_id, request_id)
     SELECT public.uuid_v7(made.at), date_trunc('milliseconds', made.at), 'COORDINATOR', ($2::uuid[])[1 + n % 6], 'somebody',
       ($3::uuid[])[1 + n % 12], CASE n % 5 WHEN 0 THEN 'job.created' WHEN 1 THEN 'job.started' ELSE 'job.progressed' END,
       CASE WHEN n % 50 = 0 THEN 'DENIED' ELSE 'SUCCESS' END::public.audit_outcome, CASE WHEN n % 50 = 0 THEN 'test' END,
       ($1::uuid[])[1 + n % 8], 'job', md5((n / 10)::text)::uuid, 'request-' || n
     FROM generate_series(1, $4::int) AS n,
       LATERAL (SELECT date_trunc('month', now()) + n * interval '4 minutes' AS at) AS made`,
    [workspaces, actors, keys, RECORDS],
  );
  await database.superuser.query('ANALYZE public.audit_log');
}, 180_000);

afterAll(() => database?.close(), 60_000);

async function plan(caller: Caller, filter: AuditFilter, limit = 100): Promise<PlanNode[]> {
  const statement = pageStatement(caller, filter, { limit, after: undefined });
  const [row] = await database.prisma.$queryRaw<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
    Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`,
  );
  const root = row?.['QUERY PLAN'][0]?.Plan;
  if (root === undefined) throw new Error('no plan');
  if (process.env['SHOW_PLANS']) {
    const text = await database.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>(
      Prisma.sql`EXPLAIN (ANALYZE) ${statement}`,
    );
    process.stdout.write(`${JSON.stringify(filter)}\n${text.map((it) => it['QUERY PLAN']).join('\n')}\n`);
  }
  return nodes(root);
}

function nodes(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodes)];
}

/** The scans of the log that really ran, with how many rows each read. */
function scansOf(plan: PlanNode[]) {
  return plan
    .filter((it) => it['Relation Name']?.startsWith('audit_log') && it['Actual Loops'] > 0)
    .map((it) => ({
      type: it['Node Type'],
      index: it['Index Name'],
      direction: it['Scan Direction'],
      read: it['Actual Loops'] * (it['Actual Rows'] + (it['Rows Removed by Filter'] ?? 0)),
    }));
}

const SINGLE: [AuditFilter, RegExp][] = [
  [{}, /_occurred_at_id_idx$/],
  [{ workspaceId: workspaces[0] }, /_workspace_id_occurred_at_id_idx$/],
  [{ actorId: actors[0] }, /_actor_id_occurred_at_id_idx$/],
  [{ keyId: keys[0] }, /_key_id_occurred_at_id_idx$/],
  [{ resourceId: randomUUID() }, /_resource_id_occurred_at_id_idx$/],
  [{ requestId: 'request-77' }, /_request_id_occurred_at_id_idx$/],
  [{ action: 'job.started' }, /_action_occurred_at_id_idx$/],
  [{ outcome: 'DENIED' }, /_outcome_occurred_at_id_idx$/],
  [{ workspaceId: workspaces[0], actorId: actors[0] }, /_workspace_id_actor_id_occurred_at_id_idx$/],
  [{ workspaceId: workspaces[0], action: 'job.started' }, /_workspace_id_action_occurred_at_id_idx$/],
  [{ actorId: actors[0], action: 'job.started' }, /_actor_id_action_occurred_at_id_idx$/],
];

describe('a page of the audit log', () => {
  it.each(SINGLE)('reads the index of %j backwards, and no more than it shows', async (filter, index) => {
    const ran = scansOf(await plan(unlimited, filter));
    expect(ran.length).toBeGreaterThan(0);
    for (const scan of ran) {
      expect(scan).toMatchObject({
        type: expect.stringMatching(/^Index (Only )?Scan$/),
        direction: 'Backward',
      });
      expect(scan.index).toMatch(index);
    }
    expect(ran.reduce((sum, it) => sum + it.read, 0)).toBeLessThanOrEqual(101);
  });
});
