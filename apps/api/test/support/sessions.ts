import type { Page } from '../../src/common/pagination/page.js';
import type { Session } from '../../src/sessions/session.js';
import type { TestApp } from './app.js';
import type { Headers } from './credentials.js';
import { call, succeed } from './registry.js';

/** The code of a problem, or the status of a success. */
export async function codeOf(answer: Promise<{ status: number; body: { code?: string } }>): Promise<string> {
  const { status, body } = await answer;
  return body.code ?? String(status);
}

/** The sessions that this caller sees. */
export async function sessionsOf(test: TestApp, headers: Headers): Promise<Session[]> {
  return succeed<Page<Session>>(await call(test, 'get', '/sessions?limit=100', { headers })).items;
}

/** What the log says of the end of an operator's sessions. */
export async function endsOf(
  test: TestApp,
  operatorId: string,
): Promise<{ actor: string; reason: string }[]> {
  const { rows } = await test.database.owner.query<{ actor: string; reason: string }>(
    `SELECT actor_type || ' ' || actor_name AS actor, reason FROM public.audit_log
     WHERE action = 'session.closed' AND resource_id IN (SELECT id FROM public.operator_sessions WHERE operator_id = $1)
     ORDER BY id`,
    [operatorId],
  );
  return rows;
}
