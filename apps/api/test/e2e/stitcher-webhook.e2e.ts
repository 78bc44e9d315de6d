import { randomInt, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import {
  call,
  listen,
  randomRepository,
  registerCoordinator,
  registerWorkspace,
  type TestCoordinator,
} from '../support/registry.js';
import { cancelJob, jobsOf, makeSite, type Site } from './stitcher-fixture.js';

type Body = Record<string, unknown>;

interface Recorded {
  name: string;
  examples: Body[];
}

/** What GitHub really sent. */
const RECORDED: Recorded[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

function recorded(event: string, action: string): Body[] {
  const examples = RECORDED.find(({ name }) => name === event)?.examples ?? [];
  return examples.filter((it) => it.action === action);
}

let test: TestApp;
let site: Site;
let workspaceId: string;
let repository: string;
let repositoryId: number;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  ({ workspaceId, repository, coordinator } = site);
  repositoryId = randomInt(1, 2 ** 40);
});

function deliver(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return call(test, 'post', '/stitcher/webhook', { key: coordinator.apiKey, body, headers });
}

/** The recorded body as if it came from the registered repository, and from someone who may start work. */
function fromHere(body: Body): Body {
  return { ...body, repository: { ...Object(body.repository), full_name: repository, id: repositoryId } };
}

function mentioning(body: Body, text = 'could you have a look, @mosaic?'): Body {
  return { ...body, comment: { ...Object(body.comment), body: text, author_association: 'MEMBER' } };
}

async function expectNewThenDuplicate(send: () => Promise<Response>, issueNumber: number): Promise<void> {
  const first = await send();
  const notice = { jobId: expect.any(String), status: 'PENDING', queueName: 'issue' };
  expect([first.status, first.body]).toEqual([202, notice]);
  const { jobId } = first.body;
  const again = await send();
  expect(again.status).toBe(200);
  expect(again.body).toEqual({ duplicate: true, ...notice, jobId, triggerCount: 1 });
  expect(await jobsOf(test, site)).toMatchObject([
    { id: jobId, status: 'PENDING', workspaceId, issueNumber, repository: repository.toLowerCase() },
  ]);
  expect((await recordsWhere(test, 'resource_id = $1', [jobId])).map(({ action }) => action)).toEqual([
    'job.created',
    'job.triggered',
  ]);

  await cancelJob(test, site, jobId);
  const anew = await send();
  expect(anew.status).toBe(202);
  expect(anew.body.jobId).not.toBe(jobId);
}

describe('POST /stitcher/webhook', () => {
  it('answers 413 for metadata over 256 KiB', async () => {
    const metadata = { text: 'x'.repeat(262_144) };
    const { status, body } = await deliver({ action: 'mentioned', repository, issueNumber: 43, metadata });
    expect([status, body.code]).toEqual([413, 'content-too-large']);
    expect(await jobsOf(test, site)).toEqual([]);
  });

  it('cuts a comment at 65,536 code points, cleans it, and lists it as truncated', async () => {
    const comment = `\u0000\ud800${'\u{1F600}'.repeat(65_534)}`;
    expect((await deliver({ action: 'mentioned', repository, issueNumber: 1, comment })).status).toBe(202);
    await deliver({ action: 'mentioned', repository, issueNumber: 2, comment: `${comment}x` });
    await deliver({ action: 'mentioned', repository, issueNumber: 2, comment: 'y'.repeat(65_537) });
    const [second, first] = await jobsOf(test, site);
    const kept = `\u{FFFD}\u{FFFD}${'\u{1F600}'.repeat(65_534)}`;
    expect(first?.metadata).toEqual({ trigger: 'mentioned', comment: kept, truncated: ['comment'] });
    expect(second?.metadata).toEqual({ trigger: 'mentioned', comment: kept, truncated: ['comment'] });
    expect(second?.triggers).toMatchObject([{ comment: 'y'.repeat(65_536), truncated: ['comment'] }]);
  });

  it('accepts a delivery of 25 MiB, and answers 413 above it', async () => {
    const [example = {}] = recorded('issue_comment', 'created');
    const sent = (length: number) => {
      const body = mentioning(fromHere(example), '@mosaic ');
      const rest = length - Buffer.byteLength(JSON.stringify(body));
      return deliver(mentioning(body, `@mosaic ${'x'.repeat(rest)}`), { 'X-GitHub-Event': 'issue_comment' });
    };
    expect((await sent(26_214_400)).status).toBe(202);
    expect(String((await jobsOf(test, site))[0]?.metadata.comment)).toHaveLength(65_536);
    expect(await sent(26_214_401)).toMatchObject({ status: 413, body: { code: 'content-too-large' } });
  });

  it.each(['assigned', 'mentioned', 'commented'])('accepts the body of the bot: %s', async (action) => {
    await expectNewThenDuplicate(
      () => deliver({ action, repository, issueNumber: 42, comment: 'please' }),
      42,
    );
    const [job] = await jobsOf(test, site);
    expect(job?.metadata).toEqual({ trigger: action, comment: 'please' });
  });

  it.each(recorded('issues', 'assigned').map((body, at): [number, Body] => [at, body]))(
    'accepts a recorded GitHub delivery of an assigned issue (%i)',
    async (_, body) => {
      await expectNewThenDuplicate(() => deliver(fromHere(body), { 'X-GitHub-Event': 'issues' }), 1);
    },
  );

  it.each(recorded('issue_comment', 'created').map((body, at): [number, Body] => [at, body]))(
    'accepts a recorded GitHub delivery of a comment only if it mentions @mosaic (%i)',
    async (_, body) => {
      const send = (it: Body) => deliver(fromHere(it), { 'X-GitHub-Event': 'issue_comment' });
      expect((await send(body)).body).toEqual({ ignored: true, reason: expect.any(String) });
      await expectNewThenDuplicate(() => send(mentioning(body)), 1);
    },
  );

  it('accepts deliveries of Gitea, with a Bearer key and both event headers', async () => {
    const headers = (event: string, type: string) => ({
      Authorization: `Bearer ${coordinator.apiKey}`,
      'X-Gitea-Delivery': randomUUID(),
      'X-Gitea-Event': event,
      'X-Gitea-Event-Type': type,
      'X-Gogs-Event': event,
      'X-GitHub-Event': event,
    });
    const send = (body: Body, header: Record<string, string>) =>
      call(test, 'post', '/stitcher/webhook', { body, headers: header });
    const [owner = '', name = ''] = repository.split('/');
    const issue = {
      id: 31,
      number: 5,
      title: 'Broken',
      body: '',
      state: 'open',
      assignees: [{ login: 'mosaic' }],
    };
    const base = {
      issue,
      repository: { id: 2, owner: { login: owner }, name, full_name: repository, private: true },
      sender: { id: 1, login: 'ada' },
    };
    const assigned = await send(
      { action: 'assigned', number: 5, ...base, commit_id: '' },
      headers('issues', 'issue_assign'),
    );
    expect(assigned.status).toBe(202);
    const comment = { id: 9, body: '@Mosaic, go on', user: { login: 'ada' } };
    const commented = await send(
      { action: 'created', ...base, comment, is_pull: false },
      headers('issue_comment', 'issue_comment'),
    );
    expect(commented.status).toBe(200);
    expect(commented.body).toEqual({
      duplicate: true,
      jobId: assigned.body.jobId,
      status: 'PENDING',
      queueName: 'issue',
      triggerCount: 1,
    });
  });

  it('accepts issueNumber as a string of digits, and keeps the metadata of the bot', async () => {
    const metadata = { branch: 'main', nested: { list: [1, null] } };
    const body = { action: 'assigned', repository, issueNumber: '42', metadata };
    expect((await deliver(body)).status).toBe(202);
    expect(await jobsOf(test, site)).toMatchObject([
      { issueNumber: 42, metadata: { trigger: 'assigned', ...metadata } },
    ]);
  });

  it('keeps exact numbers of the metadata in the job, its triggers and the further job', async () => {
    const exact = '{"id": 1546130668394913822, "cost": 0.10}';
    const body = (issueNumber: number) =>
      `{"action":"assigned","repository":"${repository}","issueNumber":${issueNumber},"metadata":${exact}}`;
    const send = () => call(test, 'post', '/stitcher/webhook', { key: coordinator.apiKey, body: body(77) });
    const { jobId } = (await send()).body;
    const change = (how: string, status: object) =>
      call(test, how === 'status' ? 'patch' : 'post', `/coordinator/jobs/${jobId}/${how}`, {
        key: coordinator.apiKey,
        body: status,
      });
    await change('status', { status: 'RUNNING' });
    await send();
    await change('complete', {});
    const { rows } = await test.database.owner.query<{ metadata: string; triggers: string }>(
      `SELECT metadata::text, triggers::text FROM public.jobs WHERE workspace_id = $1 ORDER BY id`,
      [workspaceId],
    );
    expect(rows).toHaveLength(2);
    for (const { metadata } of rows) expect(metadata).toContain('"id": 1546130668394913822');
    for (const { triggers } of rows) expect(triggers).toContain('"cost": 0.10');
  });

  it('answers `ignored` for every other recorded event', async () => {
    for (const { name, examples } of RECORDED) {
      for (const body of examples) {
        const trigger = name === 'issues' ? 'assigned' : name === 'issue_comment' ? 'created' : undefined;
        if (trigger !== undefined && body.action === trigger) continue;
        const about = { name, action: body.action };
        for (const header of ['X-GitHub-Event', 'X-Gitea-Event']) {
          const answer = await deliver(fromHere(body), { [header]: name });
          expect({ ...about, status: answer.status, body: answer.body }).toEqual({
            ...about,
            status: 200,
            body: { ignored: true, reason: expect.stringMatching(/./) },
          });
        }
      }
    }
    expect(await jobsOf(test, site)).toEqual([]);
  });

  it('creates one job for 16 simultaneous deliveries', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        deliver({ action: 'mentioned', repository, issueNumber: 3, comment: `@mosaic ${at}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(15).fill(200), 202]);
    expect(new Set(answers.map(({ body }) => body.jobId)).size).toBe(1);
    expect(await jobsOf(test, site)).toHaveLength(1);
  });

  it('creates a job for each issue and each repository', async () => {
    const answers = [
      await deliver({ action: 'assigned', repository, issueNumber: 1 }),
      await deliver({ action: 'assigned', repository, issueNumber: 2 }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await jobsOf(test, site)).toHaveLength(2);
  });

  it('takes the workspace only from the registry', async () => {
    const body = { action: 'assigned', repository, issueNumber: 1, workspaceId: randomUUID() };
    expect((await deliver(body)).status).toBe(400);
    const [example = {}] = recorded('issues', 'assigned');
    const hosted = await deliver(
      { ...fromHere(example), workspaceId: randomUUID() },
      { 'X-GitHub-Event': 'issues' },
    );
    expect(hosted.status).toBe(202);
    expect(await jobsOf(test, site)).toMatchObject([{ workspaceId }]);
  });

  it('answers the same 403 for an unknown repository and for one of another workspace', async () => {
    const foreign = randomRepository();
    await registerWorkspace(test, { repositories: [foreign] });
    const [example = {}] = recorded('issues', 'assigned');
    const texts = new Set<string>();
    for (const name of [foreign, randomRepository()]) {
      const headers = { 'X-Request-Id': 'the-same' };
      const answers = [
        await deliver({ action: 'assigned', repository: name, issueNumber: 1 }, headers),
        await deliver(
          { ...example, repository: { full_name: name } },
          { ...headers, 'X-GitHub-Event': 'issues' },
        ),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 403, body: { code: 'repository-forbidden' } });
        texts.add(answer.text);
      }
    }
    expect(texts.size).toBe(1);
    expect(await jobsOf(test, site)).toEqual([]);
  });

  it('answers 403 without the permission, also for an ignored event', async () => {
    const { apiKey } = await registerCoordinator(test, {
      workspaceIds: [workspaceId],
      permissions: ['jobs:read', 'jobs:write'],
    });
    const answer = await call(test, 'post', '/stitcher/webhook', {
      key: apiKey,
      body: { zen: 'x' },
      headers: { 'X-GitHub-Event': 'ping' },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'permission-missing' } });
  });

  it.each([
    {},
    { action: 'closed', repository: 'acme/site', issueNumber: 1 },
    { action: 'assigned', repository: 'acme', issueNumber: 1 },
    { action: 'assigned', repository: 'acme/site', issueNumber: 0 },
    { action: 'assigned', repository: 'acme/site', issueNumber: '01' },
    { action: 'assigned', repository: 'acme/site', issueNumber: '1.0' },
    { action: 'assigned', repository: 'acme/site', issueNumber: '9999999999' },
    { action: 'assigned', repository: 'acme/site', issueNumber: ' 1' },
    { action: 'assigned', repository: 'acme/site', issueNumber: 1, metadata: [] },
    { action: 'assigned', repository: 'acme/site', issueNumber: 1, metadata: { a: ['\ud800'] } },
    { action: 'assigned', repository: 'acme/site', issueNumber: 1, metadata: { text: 'a\u0000' } },
    { action: 'assigned', repository: 'acme/site', issueNumber: 1, comment: 7 },
    { action: 'assigned', repository: { full_name: 'acme/site' }, issueNumber: 1 },
  ])('answers 400 for %j as the body of the bot', async (body) => {
    expect(await deliver(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});
