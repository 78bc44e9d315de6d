import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import type { TestApp } from './app.js';
import { testSession } from './database.js';

/** Large enough that the buffers of a connection do not take all of them. */
const RECORDS = 400;
const BYTES_EACH = 100_000;

/** Makes the log so long that an export of it does not end while its reader does not read. */
export async function lengthenLog(test: TestApp, workspaceIds: readonly string[]): Promise<void> {
  const superuser = new pg.Client(testSession(test.database.superuserUrl));
  await superuser.connect();
  await superuser.query(
    `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome, workspace_id, changes)
     SELECT public.uuid_v7(made.at), date_trunc('milliseconds', made.at), 'SYSTEM', 'test', 'job.completed', 'SUCCESS',
       ($1::uuid[])[1 + n % cardinality($1)], jsonb_build_object('result', jsonb_build_object('to', repeat('x', $3::int)))
     FROM generate_series(1, $2::int) AS n, LATERAL (SELECT now() - n * interval '1 millisecond' AS at) AS made`,
    [workspaceIds, RECORDS, BYTES_EACH],
  );
  await superuser.end();
}

/** An export whose first records have arrived, and whose reader reads no further yet. The server must listen. */
export async function openExport(test: TestApp, key: string, query = ''): Promise<IncomingMessage> {
  const request = get(`${await test.app.getUrl()}/audit-log/export${query}`, {
    headers: { authorization: `Bearer ${key}` },
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  return response;
}

/** Reads to the end. @returns the text, and whether it is whole by HTTP */
export async function readOn(response: IncomingMessage): Promise<{ text: string; complete: boolean }> {
  let text = '';
  response.on('data', (chunk) => {
    text += String(chunk);
  });
  await finished(response).catch(() => undefined);
  return { text, complete: response.complete };
}
