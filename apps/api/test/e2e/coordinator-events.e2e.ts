import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  registerWorkspace,
  type TestCoordinator,
} from '../support/registry.js';
import { allSealed, FeedReader } from './feed-fixture.js';

let test: TestApp;
let base: string;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  base = await test.app.getUrl();
});

afterAll(() => test?.close());

const open = ({ apiKey }: Pick<TestCoordinator, 'apiKey'>, query: Record<string, string | number> = {}) =>
  FeedReader.open(base, { key: apiKey, path: '/coordinator/events', query });
async function events(coordinator: TestCoordinator) {
  await allSealed(test.database.owner);
  const { records, reached } = await (await open(coordinator, { follow: 'false' })).rest();
  return { events: records.map(({ text }) => JSON.parse(text)), reached };
}

describe('GET /coordinator/events', () => {
  it("has what becomes of the jobs of the coordinator's workspaces, and nothing else", async () => {
    const coordinator = await registerCoordinator(test);
    const colleague = await registerCoordinator(test, { workspaceIds: coordinator.workspaceIds });
    const foreign = await registerCoordinator(test);
    const mine = await createJob(test, coordinator);
    await createJob(test, foreign);
    const theirs = await createJob(test, colleague);
    const { events: seen, reached } = await events(coordinator);
    expect(seen.map(({ action, resourceId }) => [action, resourceId])).toEqual([
      ['job.created', mine.id],
      ['job.created', theirs.id],
    ]);
    expect(reached).toBeGreaterThanOrEqual(seen.at(-1)?.position);
  });

  it('says of other actors only what they are, and nothing of where they are', async () => {
    const coordinator = await registerCoordinator(test);
    const { id } = await createJob(test, coordinator);
    const reason = 'a reason for operators';
    await call(test, 'post', `/jobs/${id}/cancel`, { key: test.adminKey, body: { reason } });
    const {
      events: [created, cancelled],
    } = await events(coordinator);
    expect(created).toMatchObject({
      actorType: 'COORDINATOR',
      actorId: coordinator.id,
      keyId: coordinator.key.id,
      requestId: expect.any(String),
    });
    expect(cancelled).toEqual({
      position: expect.any(Number),
      id: expect.any(String),
      occurredAt: expect.any(String),
      actorType: 'OPERATOR',
      actorId: null,
      keyId: null,
      action: 'job.cancelled',
      workspaceId: coordinator.workspaceIds[0],
      resourceType: 'job',
      resourceId: id,
      rev: 2,
      requestId: null,
      changes: expect.objectContaining({ status: { from: 'PENDING', to: 'CANCELLED' } }),
    });
  });

  it('has no refusals', async () => {
    const coordinator = await registerCoordinator(test);
    const foreign = await registerCoordinator(test);
    const { id } = await createJob(test, coordinator);
    await call(test, 'get', `/coordinator/jobs/${id}`, { key: foreign.apiKey });
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const { rows } = await test.database.owner.query(
      `SELECT outcome FROM public.audit_log WHERE resource_id = $1 AND outcome = 'DENIED'`,
      [id],
    );
    expect(rows).toHaveLength(1);
    expect((await events(coordinator)).events.map(({ action }) => action)).toEqual(['job.created']);
  });

  it('has no more of a workspace that was withdrawn, and ends when the coordinator is suspended', async () => {
    const kept = await registerWorkspace(test);
    const withdrawn = await registerWorkspace(test);
    const coordinator = await registerCoordinator(test, { workspaceIds: [kept.id, withdrawn.id] });
    const other = await registerCoordinator(test, { workspaceIds: [kept.id, withdrawn.id] });
    const reader = await open(coordinator, { after: 'latest' });
    await reader.next();
    const job = (workspaceId: string) => createJob(test, other, { workspaceId });
    const first = await job(withdrawn.id);
    expect(await reader.nextRecord()).toMatchObject({ resourceId: first.id });
    await admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [kept.id] });
    await job(withdrawn.id);
    const second = await job(kept.id);
    expect(await reader.nextRecord()).toMatchObject({ resourceId: second.id });
    await admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { status: 'SUSPENDED' });
    expect((await reader.rest()).complete).toBe(false);
  });

  it('takes no filter', async () => {
    const { apiKey } = await registerCoordinator(test);
    const { status, body } = await call(test, 'get', '/coordinator/events?action=job.created', {
      key: apiKey,
    });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });

  it('counts one request against the limit', async () => {
    const coordinator = await registerCoordinator(test, { rateLimitPerMinute: 2 });
    const reader = await open(coordinator, { after: 'latest' });
    await reader.next();
    const status = async () =>
      (await call(test, 'get', '/coordinator/jobs', { key: coordinator.apiKey })).status;
    expect([await status(), await status()]).toEqual([200, 429]);
    reader.close();
  });
});
