import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { insertAdmin } from '../support/app.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';
import { freePort, SERVER, ServerProcess } from '../support/server-process.js';
import { type AuditDatabase, openAuditDatabase } from './audit-fixture.js';

jest.setTimeout(600_000);

const RECORDS = 420_000;
/** The export of so many has more than twice as many bytes as this whole heap. */
const HEAP_MIB = 96;

let created: TestDatabase;
let database: AuditDatabase;
let dataDir: string;
let keys: [string, string];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'registry-large-'));
  created = await createTestDatabase();
  database = await openAuditDatabase(created);
  keys = [await insertAdmin(database.owner), await insertAdmin(database.owner)];
  // What this export does not read would only take long to write.
  for (const index of ['workspace', 'actor', 'key', 'resource', 'request', 'action']) {
    await database.superuser.query(`DROP INDEX public.audit_log_${index}_idx`);
  }
  for (const pair of ['workspace_actor', 'workspace_action', 'actor_action']) {
    await database.superuser.query(`DROP INDEX public.audit_log_${pair}_idx`);
  }
  await database.superuser.query(
    `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome, reason, changes)
     SELECT public.uuid_v7(moment), date_trunc('milliseconds', moment), 'SYSTEM', 'test', 'job.progressed', 'DENIED', 'test',
       '{"currentStep": {"from": "compile", "to": "test"}, "progressPercent": {"from": 10, "to": 20}}'
     FROM generate_series(1, ${RECORDS}) AS n, LATERAL (
       SELECT greatest(date_trunc('month', now()), now() - interval '1 hour') + n * interval '1 millisecond' AS moment) AS at`,
  );
}, 600_000);

afterAll(async () => {
  ServerProcess.killAll();
  await database?.close();
  await rm(dataDir, { recursive: true });
});

async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

/** Until the last statement of an export has ended half a second ago: then no next page is asked for. */
async function untilNothingRuns(): Promise<void> {
  for (let idle = false; !idle; ) {
    await sleep(100);
    const { rows } = await database.api.query<{ idle: boolean }>(
      `SELECT coalesce(bool_and(state = 'idle' AND state_change < now() - interval '500 milliseconds'), false) AS idle
       FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'coordinator-registry-export'`,
    );
    idle = rows[0]?.idle === true;
  }
}

async function read(response: IncomingMessage): Promise<{ lines: number; bytes: number }> {
  expect(response.statusCode).toBe(200);
  const read = { lines: 0, bytes: 0 };
  for await (const chunk of response as AsyncIterable<Buffer>) {
    read.bytes += chunk.length;
    for (const byte of chunk) if (byte === 0x0a) read.lines += 1;
  }
  expect(response.complete).toBe(true);
  return read;
}

describe('an export', () => {
  it(`of ${RECORDS} records fits a heap of ${HEAP_MIB} MiB`, async () => {
    const [node = '', ...main] = SERVER;
    // Nothing is sealed while a superuser keeps the table of the lease.
    const sealer = new pg.Client(testSession(created.superuserUrl));
    await sealer.connect();
    await sealer.query('BEGIN; LOCK TABLE public.audit_sealer IN EXCLUSIVE MODE');
    const server = new ServerProcess([node, `--max-old-space-size=${HEAP_MIB}`, ...main], {
      DATA_DIR: dataDir,
      DATABASE_URL: created.apiUrl,
      PORT: await freePort(),
    });
    await server.ready();
    const exported = async (key: string, query: string): Promise<IncomingMessage> => {
      const request = get(`${server.url}/audit-log/export${query}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return response;
    };
    const [one, other] = keys;
    // Also what is not sealed comes in pages. Both at once, as many as a server runs.
    const [whole, filtered] = await Promise.all([
      exported(one, '').then(read),
      exported(other, '?outcome=DENIED').then(read),
    ]);
    expect(whole.lines).toBeGreaterThan(RECORDS);
    expect(whole.bytes).toBeGreaterThan(HEAP_MIB * 2 ** 20);
    // And the line that says what the export covers.
    expect(filtered.lines).toBe(RECORDS + 1);
    // A reader that takes nothing holds little: of the log, no more than a few pages.
    const before = await residentMib(server.pid);
    const stalled = await exported(other, '?outcome=DENIED');
    expect(stalled.statusCode).toBe(200);
    await untilNothingRuns();
    expect((await residentMib(server.pid)) - before).toBeLessThan(48);
    stalled.destroy();
    await once(stalled, 'close');
    await sealer.end();
    server.signal('SIGTERM');
    await server.ended();
  });
});
