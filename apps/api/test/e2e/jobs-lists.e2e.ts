import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  createJob,
  registerCoordinator,
  registerWorkspace,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
});

afterAll(() => test?.close());

function list({ apiKey }: TestCoordinator, query: Record<string, string | number> = {}): Promise<Response> {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]),
  );
  return call(test, 'get', `/coordinator/jobs?${text}`, { key: apiKey });
}

/** Every job that fits, page by page. */
async function walk(
  coordinator: TestCoordinator,
  query: Record<string, string | number>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Job[]> {
  const jobs: Job[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: Job[]; nextCursor: string | null } = succeed(
      await list(coordinator, { ...query, ...(cursor !== '' && { cursor }) }),
    );
    jobs.push(...page.items);
    cursor = page.nextCursor;
    await between();
  }
  return jobs;
}

describe('GET /coordinator/jobs', () => {
  it('returns each job once, newest first, while jobs are added', async () => {
    const coordinator = await registerCoordinator(test);
    const made: string[] = [];
    for (let at = 0; at < 23; at += 1) made.unshift((await createJob(test, coordinator)).id);
    const walked = await walk(coordinator, { limit: 5 }, () => createJob(test, coordinator));
    expect(walked.map(({ id }) => id)).toEqual(made);
    expect((await list(coordinator)).body.items).toHaveLength(23 + 5);
  });

  it('has nextCursor null on the last page, also when that page is full', async () => {
    const coordinator = await registerCoordinator(test);
    for (let at = 0; at < 4; at += 1) await createJob(test, coordinator);
    const first = await list(coordinator, { limit: 2 });
    expect(first.body.nextCursor).toEqual(expect.any(String));
    const second = await list(coordinator, { limit: 2, cursor: first.body.nextCursor });
    expect(second.body).toEqual({ items: [expect.anything(), expect.anything()], nextCursor: null });
  });

  it('returns jobs as GET /coordinator/jobs/:id does', async () => {
    const coordinator = await registerCoordinator(test);
    const job = await startJob(test, coordinator, { metadata: { a: 1 } });
    expect((await list(coordinator)).body.items).toEqual([job]);
  });

  it('is empty for a coordinator without workspaces or without jobs', async () => {
    for (const coordinator of [
      await registerCoordinator(test, { workspaceIds: [] }),
      await registerCoordinator(test),
    ]) {
      expect((await list(coordinator)).body).toEqual({ items: [], nextCursor: null });
    }
  });

  it("returns all jobs of the caller's workspaces, and no others", async () => {
    const one = await registerCoordinator(test);
    const other = await registerCoordinator(test);
    const both = await registerCoordinator(test, {
      workspaceIds: [...one.workspaceIds, ...other.workspaceIds],
    });
    const [mine, theirs] = [await createJob(test, one), await createJob(test, other)];
    const ids = async (of: TestCoordinator) => (await walk(of, { limit: 1 })).map(({ id }) => id);
    expect(await ids(one)).toEqual([mine.id]);
    expect(await ids(other)).toEqual([theirs.id]);
    expect(await ids(both)).toEqual([theirs.id, mine.id]);
  });
});

describe('GET /coordinator/jobs with a filter', () => {
  let coordinator: TestCoordinator;
  let jobs: Job[];

  beforeAll(async () => {
    const second = await registerWorkspace(test);
    const first = await registerWorkspace(test);
    coordinator = await registerCoordinator(test, { workspaceIds: [first.id, second.id] });
    jobs = [];
    for (const workspaceId of [first.id, second.id])
      for (const type of ['build', 'review'])
        for (const repository of ['acme/site', 'acme/shop'])
          for (const issueNumber of [1, 2]) {
            const of = { workspaceId, type, repository, issueNumber };
            jobs.unshift(await (issueNumber === 1 ? createJob : startJob)(test, coordinator, of));
          }
  });

  it.each([
    [{ type: 'review' }],
    [{ status: 'RUNNING' }],
    [{ status: 'FAILED' }],
    [{ repository: 'acme/site' }],
    [{ repository: 'ACME/SITE' }],
    [{ issueNumber: 2 }],
    [{ type: 'build', status: 'PENDING' }],
    [{ type: 'build', repository: 'acme/shop', issueNumber: 1, status: 'PENDING' }],
    [{ type: 'build', repository: 'acme/shop', issueNumber: 1, status: 'RUNNING' }],
    [{ type: 'nothing' }],
  ])('%j returns exactly the matching jobs, in pages', async (filter) => {
    const wanted = Object.entries(filter);
    const fitting = jobs.filter((job) =>
      wanted.every(
        ([name, value]) =>
          Reflect.get(job, name) === (name === 'repository' ? `${value}`.toLowerCase() : value),
      ),
    );
    expect((await walk(coordinator, { ...filter, limit: 3 })).map(({ id }) => id)).toEqual(
      fitting.map(({ id }) => id),
    );
  });

  it('workspaceId returns the jobs of a workspace of the caller', async () => {
    for (const workspaceId of coordinator.workspaceIds) {
      const found = await walk(coordinator, { workspaceId, limit: 100 });
      expect(found.map(({ id }) => id)).toEqual(
        jobs.filter((job) => job.workspaceId === workspaceId).map(({ id }) => id),
      );
    }
  });

  it("workspaceId gives the same answer for another tenant's workspace as for an unknown one", async () => {
    const other = await registerCoordinator(test);
    await createJob(test, other);
    const foreign = await list(coordinator, { workspaceId: other.workspaceIds[0] ?? '' });
    const unknown = await list(coordinator, { workspaceId: '00000000-0000-7000-8000-000000000000' });
    expect(foreign.status).toBe(unknown.status);
    expect(foreign.body.items ?? []).toEqual([]);
    expect(foreign.body.code).toBe(unknown.body.code);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'cursor=nonsense',
    'cursor=',
    'status=running',
    'status=',
    'status=PENDING&status=RUNNING',
    'workspaceId=nonsense',
    'repository=nonsense',
    'issueNumber=0',
    'issueNumber=x',
    'unknown=1',
    'type=%00',
    'type=%ff',
    `type=${'x'.repeat(101)}`,
  ])('?%s answers 400', async (query) => {
    const answer = await call(test, 'get', `/coordinator/jobs?${query}`, { key: coordinator.apiKey });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});
