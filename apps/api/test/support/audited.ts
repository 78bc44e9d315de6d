import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Response } from 'supertest';
import type { TestApp } from './app.js';
import { type Call, call, type Method } from './registry.js';

/** A record as the log holds it, without what differs from run to run. */
export interface WrittenRecord {
  actorType: string;
  actorId: string | null;
  actorName: string | null;
  keyId: string | null;
  action: string;
  outcome: string;
  workspaceId: string | null;
  resourceType: string | null;
  resourceId: string | null;
  changes: Record<string, { from: unknown; to: unknown }> | null;
}

/** One request of the test's ADMIN, unless another key is given, and the records that it wrote, in the order of their actions. */
export async function audited(
  test: TestApp,
  method: Method,
  path: string,
  of: Call = {},
): Promise<{ answer: Response; records: WrittenRecord[] }> {
  const requestId = randomUUID();
  const answer = await call(test, method, path, {
    key: test.adminKey,
    ...of,
    headers: { ...of.headers, 'X-Request-Id': requestId },
  });
  return { answer, records: await recordsWhere(test, 'request_id = $1', [requestId]) };
}

/** Read behind the API's back, in the order of their actions. */
export async function recordsWhere(
  { database }: { database: { owner: pg.Pool } },
  condition: string,
  values: unknown[] = [],
): Promise<WrittenRecord[]> {
  const { rows } = await database.owner.query<WrittenRecord>(
    `SELECT actor_type AS "actorType", actor_id AS "actorId", actor_name AS "actorName", key_id AS "keyId", action, outcome,
       workspace_id AS "workspaceId", resource_type AS "resourceType", resource_id AS "resourceId", changes
     FROM public.audit_log WHERE ${condition} ORDER BY action, occurred_at, id`,
    values,
  );
  return rows;
}

/** The members that a 400 `invalid-request` finds fault with, each once. */
export function membersAtFault({ body }: Response): string[] {
  const { code, errors } = body as { code: string; errors?: { member: string }[] };
  if (code !== 'invalid-request') throw new Error(`not invalid-request: ${JSON.stringify(body)}`);
  return [...new Set(errors?.map((it) => it.member))];
}
