import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuedWebhook } from '../../src/webhooks/webhook.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { commentOn, deliverSigned, type ForgeRepository, forgeRepository } from '../support/forge.js';
import { admin, call, createWebhook, listen, registerWorkspace, succeed } from '../support/registry.js';
import { makeSite, type Site } from './stitcher-fixture.js';

let test: TestApp;
let site: Site;
let issued: IssuedWebhook;
let repository: ForgeRepository;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  issued = await createWebhook(test, site.coordinator.id);
  repository = forgeRepository(site.repository.toLowerCase());
});

const mention = (of: ForgeRepository, number = 1) => deliverSigned(test, issued, commentOn(of, { number }));
const post = (path: string, body: object) => call(test, 'post', path, { key: site.coordinator.apiKey, body });
const dispatch = (name: string, issueNumber = 1) =>
  post('/stitcher/dispatch', {
    workspaceId: site.workspaceId,
    type: 'issue',
    repository: name,
    issueNumber,
  });
const start = async (id: string) =>
  succeed(
    await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: site.coordinator.apiKey,
      body: { status: 'RUNNING' },
    }),
  );
const register = (repositories: string[], id = site.workspaceId) =>
  admin(test, 'patch', `/admin/workspaces/${id}`, { repositories });
const renamed = (of: ForgeRepository): ForgeRepository => ({ ...of, full_name: `acme/${randomUUID()}` });
const keyOf = (of: ForgeRepository) => `github.com#${of.id}`;

/** The stitcher's jobs of the workspace, the oldest first, as they are stored. */
async function stored() {
  const { rows } = await test.database.owner.query(
    `SELECT id, status, repository, repository_key, issue_number, rev, trigger_count FROM public.jobs
     WHERE workspace_id = $1 ORDER BY id`,
    [site.workspaceId],
  );
  return rows;
}

describe('an active job', () => {
  it('gets the mention that comes under the new name of its repository', async () => {
    const { jobId } = succeed<{ jobId: string }>(await mention(repository));
    await start(jobId);
    const after = renamed(repository);
    expect(await mention(after)).toMatchObject({ status: 200, body: { duplicate: true, jobId } });
    expect(await stored()).toMatchObject([
      { id: jobId, repository: repository.full_name, repository_key: keyOf(repository), trigger_count: 1 },
    ]);
    const again = await dispatch(after.full_name);
    expect(again).toMatchObject({ status: 409, body: { code: 'active-job-exists', jobId } });

    // and the further job has the new name
    succeed(await post(`/coordinator/jobs/${jobId}/complete`, {}));
    const [, further] = await stored();
    expect(further).toMatchObject({ repository: after.full_name, repository_key: keyOf(repository) });
    expect((await mention(renamed(after))).body).toMatchObject({ duplicate: true, jobId: further.id });
    expect(await stored()).toHaveLength(2);
  });

  it('is not the job of a new repository under the old name', async () => {
    const { jobId } = succeed<{ jobId: string }>(await mention(repository));
    const after = renamed(repository);
    succeed(await mention(after, 2));
    await register([after.full_name, repository.full_name]);
    const successor = { ...repository, id: repository.id + 1 };
    const fresh = await mention(successor);
    expect(fresh.status).toBe(202);
    expect(fresh.body.jobId).not.toBe(jobId);
    expect((await stored()).filter((it) => it.issue_number === 1)).toMatchObject([
      { id: jobId, repository: repository.full_name, repository_key: keyOf(repository) },
      { id: fresh.body.jobId, repository: repository.full_name, repository_key: keyOf(successor) },
    ]);
    expect((await mention(after)).body).toMatchObject({ duplicate: true, jobId });
    expect((await mention(successor)).body).toMatchObject({ duplicate: true, jobId: fresh.body.jobId });
  });

  it('that was made by the name alone is found by the id from the first delivery on', async () => {
    const { id } = succeed<{ id: string }>(await dispatch(repository.full_name));
    const bot = { action: 'assigned', repository: repository.full_name, issueNumber: 2 };
    const { jobId } = succeed<{ jobId: string }>(await post('/stitcher/webhook', bot));
    expect((await stored()).map((it) => it.repository_key)).toEqual(Array(2).fill(repository.full_name));
    expect((await mention(repository)).body).toMatchObject({ duplicate: true, jobId: id });
    expect(await stored()).toMatchObject([
      { id, repository_key: keyOf(repository), rev: 2, trigger_count: 1 },
      // the key is no part of the job that a record or an ETag shows
      { id: jobId, repository_key: keyOf(repository), rev: 1 },
    ]);
    expect((await mention(renamed(repository), 2)).body).toMatchObject({ duplicate: true, jobId });
    expect(await stored()).toHaveLength(2);
  });

  it('prevents the retry of a job of the same issue under the old name', async () => {
    const { id } = succeed<{ id: string }>(await dispatch(repository.full_name));
    succeed(await post(`/coordinator/jobs/${id}/fail`, { error: 'broken' }));
    const { jobId } = succeed<{ jobId: string }>(await mention(repository));
    await mention(renamed(repository), 2);
    expect(await post(`/coordinator/jobs/${id}/retry`, {})).toMatchObject({
      status: 409,
      body: { code: 'active-job-exists', jobId },
    });
    expect(await stored()).toMatchObject([{ id, status: 'FAILED' }, { id: jobId }, { issue_number: 2 }]);
  });

  it('is one for each issue, if the name and the id come at once', async () => {
    const numbers = Array.from({ length: 12 }, (_, at) => at + 1);
    const answers = await Promise.all(
      numbers.flatMap((number) => [dispatch(repository.full_name, number), mention(repository, number)]),
    );
    expect(
      [...new Set(answers.map(({ status }) => status))].every((it) => [200, 201, 202, 409].includes(it)),
    ).toBe(true);
    const jobs = await stored();
    expect(jobs.map((it) => it.issue_number).sort((one, other) => one - other)).toEqual(numbers);
    expect(jobs.map((it) => it.repository_key)).toEqual(Array(numbers.length).fill(keyOf(repository)));
  });

  it('has the id that became known while it was made by the name', async () => {
    const client = await test.database.owner.connect();
    try {
      await client.query('BEGIN');
      await client.query(
        `WITH ctx AS MATERIALIZED (
           SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready
         )
         UPDATE public.workspace_repositories SET forge = 'github.com', forge_id = $2 FROM ctx
         WHERE ctx.ready AND repository = $1`,
        [repository.full_name, repository.id],
      );
      let done = false;
      const made = Promise.all([
        dispatch(repository.full_name),
        post('/stitcher/webhook', { action: 'assigned', repository: repository.full_name, issueNumber: 2 }),
      ]).finally(() => {
        done = true;
      });
      const { rows } = await client.query('SELECT pg_current_xact_id()::xid::text AS xid');
      const waiting = async () =>
        (
          await test.database.owner.query(
            'SELECT FROM pg_locks WHERE NOT granted AND transactionid::text = $1',
            [rows[0].xid],
          )
        ).rowCount;
      while (!done && (await waiting()) !== 2) await new Promise((resolve) => setTimeout(resolve, 20));
      await client.query('COMMIT');
      expect((await made).map(({ status }) => status)).toEqual([201, 202]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect((await stored()).map((it) => it.repository_key)).toEqual([keyOf(repository), keyOf(repository)]);
  });

  it('is the same if its repository leaves the workspace and comes back', async () => {
    const { jobId } = succeed<{ jobId: string }>(await mention(repository));
    await register([]);
    await register([repository.full_name]);
    // By the name alone it may be another repository.
    const { id } = succeed<{ id: string }>(await dispatch(repository.full_name));
    expect((await mention(repository)).body).toMatchObject({ duplicate: true, jobId });
    expect(await stored()).toMatchObject([
      { id: jobId, repository_key: keyOf(repository), trigger_count: 1 },
      { id, repository_key: repository.full_name, trigger_count: 0 },
    ]);
  });
});

describe('a new name that the workspace has registered already', () => {
  it('and whose id is unknown means the renamed repository', async () => {
    const { jobId } = succeed<{ jobId: string }>(await mention(repository));
    const after = renamed(repository);
    await register([repository.full_name, after.full_name]);
    const { id } = succeed<{ id: string }>(await dispatch(after.full_name, 2));
    expect((await mention(after)).body).toMatchObject({ duplicate: true, jobId });
    expect((await mention(after, 2)).body).toMatchObject({ duplicate: true, jobId: id });
    expect(await stored()).toMatchObject([
      { repository_key: keyOf(repository) },
      { repository_key: keyOf(repository) },
    ]);
    const { rows } = await test.database.owner.query(
      'SELECT repository, forge_id::int8::text AS id FROM public.workspace_repositories WHERE workspace_id = $1',
      [site.workspaceId],
    );
    expect(rows).toEqual([{ repository: after.full_name, id: String(repository.id) }]);
  });

  it('and that has an id is left to its own repository', async () => {
    const other = forgeRepository(`acme/${randomUUID()}`);
    await register([repository.full_name, other.full_name]);
    const { jobId } = succeed<{ jobId: string }>(await mention(repository));
    succeed(await mention(other));
    const swapped = { ...repository, full_name: other.full_name };
    expect((await mention(swapped)).body).toMatchObject({ duplicate: true, jobId });
    expect(await stored()).toMatchObject([
      { id: jobId, repository_key: keyOf(repository), trigger_count: 1 },
      { repository_key: keyOf(other), trigger_count: 0 },
    ]);
  });
});

describe('a name that belongs to another workspace', () => {
  it.each([
    ['known', true],
    ['unknown', false],
  ])('is refused with the id of a repository of this one, if its own id is %s', async (_, known) => {
    succeed(await mention(repository));
    const theirs = forgeRepository(`acme/${randomUUID()}`);
    const other = await registerWorkspace(test, { repositories: [theirs.full_name] });
    await admin(test, 'patch', `/admin/coordinators/${site.coordinator.id}`, {
      workspaceIds: [site.workspaceId, other.id],
    });
    if (known) succeed(await mention(theirs));
    const before = await stored();
    const registry = async () =>
      (await test.database.owner.query('SELECT * FROM public.workspace_repositories ORDER BY repository'))
        .rows;
    const registered = await registry();

    const refused = await mention({ ...repository, full_name: theirs.full_name });
    expect(refused).toMatchObject({ status: 403, body: { code: 'repository-forbidden' } });
    const body = { workspaceId: site.workspaceId, type: 'issue', repository: theirs.full_name };
    expect(await post('/coordinator/jobs', body)).toMatchObject({
      status: 403,
      body: { code: 'repository-forbidden' },
    });
    expect(await stored()).toEqual(before);
    expect(await registry()).toEqual(registered);
    const mismatches = () =>
      recordsWhere(test, "reason = 'repository-id-mismatch' AND actor_id = $1", [site.coordinator.id]);
    while ((await mismatches()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await mismatches()).toMatchObject([{ workspaceId: site.workspaceId, outcome: 'DENIED' }]);
  });

  it('starts no further job in the workspace that had it before', async () => {
    const { jobId } = succeed<{ jobId: string }>(await mention(repository));
    await start(jobId);
    await mention(repository);
    await register([]);
    await registerWorkspace(test, { repositories: [repository.full_name] });
    succeed(await post(`/coordinator/jobs/${jobId}/complete`, {}));
    expect(await stored()).toMatchObject([{ id: jobId, status: 'COMPLETED', trigger_count: 1 }]);
  });
});
