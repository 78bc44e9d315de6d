import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import type { Attention, Overview } from '../../src/overview/overview.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  forgeKey,
  issueKey,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

const DAY_MS = 86_400_000;

let test: TestApp;
let workspaceId: string;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
  workspaceId = (await registerWorkspace(test, { maxRunning: 1 })).id;
  coordinator = await registerCoordinator(test, { workspaceIds: [workspaceId] });
});

afterAll(() => test?.close());

async function overviewFor(key = test.adminKey): Promise<Overview> {
  return succeed<Overview>(await call(test, 'get', '/overview', { key }));
}

async function linesOf(kind: Attention['kind'], key?: string): Promise<Attention[]> {
  return (await overviewFor(key)).attention.filter((it) => it.kind === kind);
}

const limitedTo = async (...workspaceIds: string[]) =>
  (await registerOperator(test, { workspaceIds })).accessKey;

/** Behind the API's back. */
async function withoutTriggers(table: string, statement: string, values: unknown[]): Promise<void> {
  const { owner } = test.database;
  await owner.query(`ALTER TABLE public.${table} DISABLE TRIGGER USER`);
  await owner.query(statement, values);
  await owner.query(`ALTER TABLE public.${table} ENABLE ALWAYS TRIGGER ${table}_audit`);
}

describe('GET /overview', () => {
  it('has the last hour of requests, by minute', async () => {
    await call(test, 'get', '/me');
    const { requests, rateLimits, asOf } = await overviewFor();
    expect(requests).toHaveLength(60);
    const sum = requests?.reduce(
      (all, it) => ({ served: all.served + it.served, refused: all.refused + it.refused }),
      {
        served: 0,
        refused: 0,
      },
    );
    expect(sum?.served).toBeGreaterThan(0);
    expect(sum?.refused).toBeGreaterThan(0);
    expect(rateLimits).toBe('alone');
    expect(Date.parse(asOf)).not.toBeNaN();
  });

  it('has the last checkpoint', async () => {
    const sealed = () => test.database.owner.query('SELECT FROM public.audit_checkpoints');
    while ((await sealed()).rowCount === 0);
    const { seal } = await overviewFor();
    expect(seal).toEqual({
      state: 'ok',
      reason: null,
      seq: expect.any(Number),
      size: expect.any(Number),
      sealedAt: expect.any(String),
    });
  });

  it('names keys that end soon, and not those with a successor', async () => {
    const expiresAt = new Date(Date.now() + 2 * DAY_MS).toISOString();
    const { key } = await issueKey(test, coordinator.id, { expiresAt });
    await issueKey(test, coordinator.id, { expiresAt: new Date(Date.now() + 20 * DAY_MS).toISOString() });
    const line = {
      kind: 'key-ends',
      severity: 'critical',
      since: null,
      count: 1,
      subject: { kind: 'key', id: key.id, name: key.kid },
      values: {
        coordinatorId: coordinator.id,
        coordinatorName: coordinator.name,
        createdAt: key.createdAt,
        expiresAt: key.expiresAt,
        lastUsedAt: null,
      },
    };
    expect(await linesOf('key-ends')).toEqual([line]);
    await admin(test, 'post', `/admin/coordinators/${coordinator.id}/keys/${key.id}/rotate`, {
      expiresAt: new Date(Date.now() + 300 * DAY_MS).toISOString(),
    });
    expect(await linesOf('key-ends')).toEqual([]);
    await test.database.owner.query(
      'INSERT INTO public.coordinator_key_uses (key_id, last_used_at) VALUES ($1, now())',
      [key.id],
    );
    expect(await linesOf('old-key-used')).toEqual([
      expect.objectContaining({ subject: { kind: 'key', id: key.id, name: key.kid } }),
    ]);
  });

  it('names keys that were never used for a week', async () => {
    const { key } = await issueKey(test, coordinator.id);
    expect(await linesOf('key-never-used')).toEqual([]);
    await withoutTriggers(
      'coordinator_keys',
      "UPDATE public.coordinator_keys SET created_at = now() - interval '8 days' WHERE id = $1",
      [key.id],
    );
    await test.database.owner.query(
      'ALTER TABLE public.coordinator_keys ENABLE ALWAYS TRIGGER coordinator_keys_audit_frozen',
    );
    const lines = await linesOf('key-never-used');
    expect(lines.map(({ subject }) => subject.id)).toEqual([key.id]);
    expect(await linesOf('key-never-used', await limitedTo(workspaceId))).toEqual([]);
    expect(await linesOf('key-never-used', (await registerOperator(test)).accessKey)).toEqual([]);
  });

  it('names addresses with many refusals, by reason', async () => {
    const headers = { 'X-Forwarded-For': '198.51.100.7' };
    for (let at = 0; at < 100; at++) await call(test, 'get', '/me', { key: `cro_nonsense${at}`, headers });
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    await call(test, 'get', '/me', { key: forgeKey('cro_') });
    const [line, ...others] = await linesOf('refusals');
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      subject: { kind: 'address', id: null, name: '198.51.100.7' },
      values: { reason: 'invalid-credential' },
    });
    expect(line?.count).toBeGreaterThanOrEqual(100);
  });

  it('names coordinators that reached their limit', async () => {
    const slow = await registerCoordinator(test, { rateLimitPerMinute: 1, workspaceIds: [] });
    for (let at = 0; at < 3; at++) await call(test, 'get', '/coordinator/health', { key: slow.apiKey });
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    expect(await linesOf('coordinator-limited')).toEqual([
      expect.objectContaining({
        count: 2,
        subject: { kind: 'coordinator', id: slow.id, name: slow.name },
        values: { rateLimitPerMinute: 1 },
      }),
    ]);
  });

  it('names full workspaces, and jobs that run without a lease, within the reach of the operator', async () => {
    const running = await startJob(test, coordinator);
    await createJob(test, coordinator);
    const inside = await limitedTo(workspaceId);
    const outside = await limitedTo();
    expect(await linesOf('workspace-full', inside)).toEqual([
      expect.objectContaining({
        count: 1,
        subject: { kind: 'workspace', id: workspaceId, name: expect.any(String) },
        values: { slug: expect.any(String), running: 1, maxRunning: 1, pending: 1 },
      }),
    ]);
    expect(await linesOf('jobs-without-lease', inside)).toEqual([]);
    await withoutTriggers(
      'jobs',
      "UPDATE public.jobs SET updated_at = now() - interval '2 hours' WHERE id = $1",
      [running.id],
    );
    for (const key of [inside, test.adminKey]) {
      expect(await linesOf('jobs-without-lease', key)).toEqual([expect.objectContaining({ count: 1 })]);
    }
    expect((await overviewFor(outside)).attention).toEqual([]);
  });

  it('shows an operator who is limited to workspaces nothing of the others', async () => {
    const { requests, attention } = await overviewFor(await limitedTo(workspaceId));
    expect(requests).toBeNull();
    expect(new Set(attention.map(({ kind }) => kind))).toEqual(
      new Set(['workspace-full', 'jobs-without-lease']),
    );
  });
});
