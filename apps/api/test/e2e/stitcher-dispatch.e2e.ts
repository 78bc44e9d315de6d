import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  jobRow,
  listen,
  randomRepository,
  registerWorkspace,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';
import { cancelJob, jobsOf, makeSite, type Site } from './stitcher-fixture.js';

let test: TestApp;
let site: Site;
let workspaceId: string;
let repository: string;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  ({ workspaceId, repository, coordinator } = site);
});

function dispatch(
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return call(test, 'post', '/stitcher/dispatch', {
    key: coordinator.apiKey,
    body: { workspaceId, type: 'review', repository, issueNumber: 7, ...more },
    headers,
  });
}

describe('POST /stitcher/dispatch', () => {
  it('creates a job; a second dispatch answers 409 with the id of the active job', async () => {
    const made = await dispatch({ context: { why: 'because' } });
    expect(made).toMatchObject({
      status: 201,
      body: {
        workspaceId,
        type: 'review',
        status: 'PENDING',
        repository: repository.toLowerCase(),
        issueNumber: 7,
        metadata: { why: 'because' },
        rev: 1,
      },
    });
    expect(made.headers.etag).toBe('"1"');
    expect(await dispatch()).toMatchObject({
      status: 409,
      body: { code: 'active-job-exists', jobId: made.body.id },
    });
    expect((await dispatch({ type: 'build' })).status).toBe(201);
    expect((await dispatch({ issueNumber: 8 })).status).toBe(201);
    await cancelJob(test, site, made.body.id);
    expect((await dispatch()).status).toBe(201);
  });

  it('creates one job for 16 simultaneous requests', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => dispatch()));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(15).fill(409)]);
    expect(await jobsOf(test, site)).toHaveLength(1);
  });

  it('with Idempotency-Key creates one job for 16 requests, and answers 422 for another body', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 16 }, () => dispatch({}, headers)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(15).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    for (const answer of answers) {
      expect(answer.headers['idempotency-replayed']).toBe(answer.status === 200 ? 'true' : undefined);
    }
    expect(await dispatch({ issueNumber: 8 }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    const id: string = answers[0]?.body.id;
    await cancelJob(test, site, id);
    expect(await dispatch({}, headers)).toMatchObject({ status: 200, body: { id, status: 'CANCELLED' } });
  });

  it('keeps its keys apart from those of POST /coordinator/jobs', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    expect((await dispatch({}, headers)).status).toBe(201);
    const created = await call(test, 'post', '/coordinator/jobs', {
      key: coordinator.apiKey,
      body: { workspaceId, type: 'review' },
      headers,
    });
    expect(created.status).toBe(201);
  });

  it('and a retry never make two active jobs for an issue', async () => {
    const { body: first } = await dispatch();
    const path = `/coordinator/jobs/${first.id}`;
    const key = coordinator.apiKey;
    succeed(await call(test, 'patch', `${path}/status`, { key, body: { status: 'RUNNING' } }));
    succeed(await call(test, 'post', `${path}/fail`, { key, body: { error: 'x' } }));
    const row = await jobRow(test, first.id);
    const { body: second } = await dispatch();
    expect(await call(test, 'post', `${path}/retry`, { key, body: {} })).toMatchObject({
      status: 409,
      body: { code: 'active-job-exists', jobId: second.id },
    });
    expect(await jobRow(test, first.id)).toEqual(row);
    await cancelJob(test, site, second.id);
    expect((await call(test, 'post', `${path}/retry`, { key, body: {} })).status).toBe(200);
  });

  it("answers 403 for another tenant's workspace, and for another workspace's repository", async () => {
    const foreign = randomRepository();
    const other = await registerWorkspace(test, { repositories: [foreign] });
    for (const [more, code] of [
      [{ workspaceId: other.id, repository: foreign }, 'workspace-forbidden'],
      [{ workspaceId: other.id }, 'workspace-forbidden'],
      [{ repository: foreign }, 'repository-forbidden'],
      [{ repository: randomRepository() }, 'repository-forbidden'],
    ] as const) {
      expect(await dispatch(more)).toMatchObject({ status: 403, body: { code } });
    }
    expect(await jobsOf(test, site)).toEqual([]);
  });

  it.each([
    { workspaceId: 'x' },
    { type: '' },
    { repository: 'x' },
    { issueNumber: 0 },
    { context: [] },
    { context: null },
    { unknown: 1 },
  ])('answers 400 for %j', async (more) => {
    expect(await dispatch(more)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});
