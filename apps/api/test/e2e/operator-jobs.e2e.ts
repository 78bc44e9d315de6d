import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited } from '../support/audited.js';
import {
  call,
  createJob,
  forgeKey,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
  type TestCoordinator,
  type TestOperator,
} from '../support/registry.js';

let test: TestApp;
let mine: TestCoordinator;
let theirs: TestCoordinator;
let limited: TestOperator;
let job: Job;
let foreign: Job;

beforeAll(async () => {
  test = await startTestApp({ auditReads: true });
  mine = await registerCoordinator(test);
  theirs = await registerCoordinator(test);
  limited = await registerOperator(test, { workspaceIds: mine.workspaceIds });
  job = await startJob(test, mine, { repository: 'acme/site', issueNumber: 3 });
  foreign = await createJob(test, theirs);
});

afterAll(async () => {
  await test?.close();
});

describe('GET /jobs, /jobs/:id and /jobs/:id/attempts', () => {
  it('return the jobs of its workspaces to an operator, and all jobs to an administrator', async () => {
    const seen = await call(test, 'get', '/jobs', { key: limited.accessKey });
    expect(seen.status).toBe(200);
    expect(seen.body).toEqual({ items: [job], nextCursor: null });
    const all = await call(test, 'get', '/jobs', { key: test.adminKey });
    expect(all.body).toEqual({ items: [foreign, job], nextCursor: null });
  });

  it('return one job with its ETag, and its attempts', async () => {
    const one = await call(test, 'get', `/jobs/${job.id}`, { key: limited.accessKey });
    expect(one.body).toEqual(job);
    expect(one.headers.etag).toBe(`"${job.rev}"`);
    const attempts = await call(test, 'get', `/jobs/${job.id}/attempts`, { key: limited.accessKey });
    expect(attempts.body).toMatchObject({ items: [{ attempt: 1, status: 'RUNNING', endedAt: null }] });
  });

  it.each(['', '/attempts'])(
    'answer 404 for a job of another tenant as for an unknown one: /jobs/:id%s',
    async (rest) => {
      const answers = await Promise.all(
        [foreign.id, randomUUID()].map((id) =>
          call(test, 'get', `/jobs/${id}${rest}`, { key: limited.accessKey }),
        ),
      );
      for (const { status, body } of answers) {
        expect(status).toBe(404);
        expect({ ...body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' });
      }
    },
  );

  it('answer 403 for the filter of another workspace', async () => {
    const path = `/jobs?workspaceId=${theirs.workspaceIds[0]}`;
    expect((await call(test, 'get', path, { key: limited.accessKey })).body.code).toBe('workspace-forbidden');
    expect((await call(test, 'get', path, { key: test.adminKey })).body.items).toEqual([foreign]);
  });

  it.each([
    ['status=RUNNING', true],
    ['status=PENDING', false],
    ['type=build', true],
    ['type=other', false],
    ['repository=Acme/Site', true],
    ['repository=acme/other', false],
    ['issueNumber=3', true],
    ['issueNumber=4', false],
  ])('filter by %s', async (filter, found) => {
    const { body } = await call(test, 'get', `/jobs?${filter}`, { key: limited.accessKey });
    expect(body.items).toEqual(found ? [job] : []);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'cursor=x',
    'status=running',
    'issueNumber=0',
    'unknown=1',
    'limit=1&limit=2',
  ])('answer 400 for ?%s', async (query) => {
    const { status, body } = await call(test, 'get', `/jobs?${query}`, { key: test.adminKey });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });

  it.each(['/jobs', `/jobs/${randomUUID()}`, `/jobs/${randomUUID()}/attempts`])(
    "answer 401 without an operator's key: %s",
    async (path) => {
      expect((await call(test, 'get', path)).body.code).toBe('missing-credential');
      expect((await call(test, 'get', path, { key: forgeKey('cro_') })).body.code).toBe('invalid-credential');
      expect((await call(test, 'get', path, { key: mine.apiKey })).body.code).toBe('invalid-credential');
    },
  );

  it('return every job once, in pages', async () => {
    const workspace = await registerWorkspace(test);
    const maker = await registerCoordinator(test, { workspaceIds: [workspace.id] });
    const made: string[] = [];
    for (let count = 0; count < 7; count += 1) made.unshift((await createJob(test, maker)).id);
    const walked: string[] = [];
    let cursor = '';
    do {
      const { body } = await call(test, 'get', `/jobs?workspaceId=${workspace.id}&limit=3${cursor}`, {
        key: test.adminKey,
      });
      walked.push(...body.items.map(({ id }: Job) => id));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(walked).toEqual(made);
  });
});

describe('AUDIT_READS', () => {
  it.each([
    ['operators', 'jobs', () => test.adminKey, 'OPERATOR'],
    ['coordinators', 'coordinator/jobs', () => mine.apiKey, 'COORDINATOR'],
  ])('records the reads of %s', async (_, route, key, actorType) => {
    const one = await audited(test, 'get', `/${route}/${job.id}`, { key: key() });
    expect(one.records).toMatchObject([
      { action: 'job.read', actorType, resourceId: job.id, workspaceId: job.workspaceId, outcome: 'SUCCESS' },
    ]);
    const list = await audited(test, 'get', `/${route}?workspaceId=${job.workspaceId}`, { key: key() });
    expect(list.records).toMatchObject([{ action: 'jobs.listed', actorType, workspaceId: job.workspaceId }]);
  });
});
