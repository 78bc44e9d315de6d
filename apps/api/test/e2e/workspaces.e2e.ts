import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Workspace } from '../../src/workspaces/workspace.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import {
  admin,
  call,
  everyPage,
  listen,
  randomRepository,
  registerCoordinator,
  registerWorkspace,
  writeAsSystem,
} from '../support/registry.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const post = (body: object | string) => call(test, 'post', '/admin/workspaces', { key: test.adminKey, body });
const patch = (id: string, body: object | string) =>
  call(test, 'patch', `/admin/workspaces/${id}`, { key: test.adminKey, body });

const UNSET = { who: 'auto', assignees: null, onOpen: false };

describe('POST /admin/workspaces', () => {
  it('creates a workspace with a generated id', async () => {
    const slug = randomUUID();
    const answer = await post({ slug, name: 'Acme' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      slug,
      name: 'Acme',
      repositories: [],
      repositoryIds: [],
      triggers: UNSET,
      maxRunning: null,
      createdAt: expect.stringMatching(TIME),
      updatedAt: answer.body.createdAt,
    });
  });

  it('accepts an id, and stores repositories in lower case and without duplicates', async () => {
    const id = randomUUID();
    const repository = randomRepository();
    const workspace = await registerWorkspace(test, {
      id: id.toUpperCase(),
      repositories: [repository.toUpperCase(), repository, `z${repository}`],
    });
    expect(workspace).toMatchObject({ id, repositories: [repository, `z${repository}`] });
    expect(await admin(test, 'get', `/admin/workspaces/${id}`)).toEqual(workspace);
  });

  it('writes one record for the workspace and one for each repository', async () => {
    const [first, second] = [randomRepository(), randomRepository()].sort();
    const slug = randomUUID();
    const { answer, records } = await audited(test, 'post', '/admin/workspaces', {
      body: { slug, name: 'Acme', repositories: [first, second] },
    });
    const { id } = answer.body;
    const common = {
      actorType: 'OPERATOR',
      actorName: 'test admin',
      outcome: 'SUCCESS',
      resourceType: 'workspace',
    };
    const here = { ...common, workspaceId: id, resourceId: id };
    expect(records).toHaveLength(3);
    expect(records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...here,
          action: 'workspace.created',
          changes: {
            slug: { from: null, to: slug },
            name: { from: null, to: 'Acme' },
            triggers: { from: null, to: UNSET },
          },
        }),
        ...[first, second].map((it) =>
          expect.objectContaining({
            ...here,
            action: 'workspace.updated',
            changes: { repositories: { from: null, to: it } },
          }),
        ),
      ]),
    );
  });

  it.each([
    ['no slug', { name: 'x' }, 'slug'],
    ['no name', { slug: 'x' }, 'name'],
    ['a slug in upper case', { slug: 'Acme', name: 'x' }, 'slug'],
    ['a slug with two hyphens', { slug: 'a--b', name: 'x' }, 'slug'],
    ['an empty slug', { slug: '', name: 'x' }, 'slug'],
    ['a slug of 64 characters', { slug: 'a'.repeat(64), name: 'x' }, 'slug'],
    ['a name of spaces', { slug: 'x', name: '  ' }, 'name'],
    ['a name of 101 characters', { slug: 'x', name: 'n'.repeat(101) }, 'name'],
    ['a null slug', { slug: null, name: 'x' }, 'slug'],
    ['null repositories', { slug: 'x', name: 'x', repositories: null }, 'repositories'],
    ['repositories without an array', { slug: 'x', name: 'x', repositories: 'a/b' }, 'repositories'],
    ['a malformed repository', { slug: 'x', name: 'x', repositories: ['acme'] }, 'repositories'],
    ['an object as repository', { slug: 'x', name: 'x', repositories: [{}] }, 'repositories'],
    ['a malformed id', { id: '7', slug: 'x', name: 'x' }, 'id'],
    ['a null id', { id: null, slug: 'x', name: 'x' }, 'id'],
    ['an unknown member', { slug: 'x', name: 'x', owner: 'me' }, 'owner'],
  ])('answers 400 for %s', async (_, body, member) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it.each(['null', '[]', '"text"', '7'])('answers 400 for the body %s', async (body) => {
    expect((await post(body)).body).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('answers 400 for a malformed and for a missing body', async () => {
    expect((await post('{"slug":')).body).toMatchObject({ status: 400, code: 'malformed-json' });
    const none = await call(test, 'post', '/admin/workspaces', { key: test.adminKey });
    expect(none.body).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('answers 409 with the id, slug or repositories that already exist, in any letter case', async () => {
    const repository = randomRepository();
    const { id, slug } = await registerWorkspace(test, { repositories: [repository] });
    const taken = (member: string, values: string[]) => ({
      status: 409,
      code: 'already-exists',
      member,
      values,
    });

    expect((await post({ id, slug: randomUUID(), name: 'x' })).body).toMatchObject(taken('id', [id]));
    expect((await post({ slug, name: 'x' })).body).toMatchObject(taken('slug', [slug]));
    const answer = await post({
      slug: randomUUID(),
      name: 'x',
      repositories: [randomRepository(), repository.toUpperCase()],
    });
    expect(answer.body).toMatchObject(taken('repositories', [repository]));
  });

  it('assigns a repository to one of several simultaneous requests; the others get 409', async () => {
    const repository = randomRepository();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post({ slug: randomUUID(), name: 'x', repositories: [repository] })),
    );
    const losers = answers.filter((it) => it.status !== 201);
    expect(losers).toHaveLength(7);
    for (const { body } of losers) {
      expect(body).toMatchObject({ code: 'already-exists', member: 'repositories', values: [repository] });
    }
  });
});

describe('GET /admin/workspaces', () => {
  it('returns all workspaces in pages, newest first, also with equal creation times', async () => {
    await writeAsSystem(
      test,
      `INSERT INTO public.workspaces (slug, name, created_at)
       SELECT 'paged-' || n, 'Paged', timestamptz '2020-01-01 00:00:00Z' + interval '1 second' * (n / 10)
       FROM ctx, generate_series(1, 120) AS n WHERE ctx.ready`,
    );
    const seen = await everyPage<Workspace>(test, '/admin/workspaces', 50);

    expect(new Set(seen.map((it) => it.id)).size).toBe(seen.length);
    expect(seen.filter((it) => it.slug.startsWith('paged-'))).toHaveLength(120);
    const times = seen.map((it) => it.createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=', 'owner=me'])(
    'answers 400 for ?%s',
    async (query) => {
      const answer = await call(test, 'get', `/admin/workspaces?${query}`, { key: test.adminKey });
      expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
    },
  );
});

describe('PATCH /admin/workspaces/:id', () => {
  it('changes slug and name only', async () => {
    const before = await registerWorkspace(test, { repositories: [randomRepository()] });
    const slug = randomUUID();
    const { answer, records } = await audited(test, 'patch', `/admin/workspaces/${before.id}`, {
      body: { slug, name: 'New' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...before, slug, name: 'New', updatedAt: expect.stringMatching(TIME) });
    expect(answer.body.updatedAt > before.updatedAt).toBe(true);
    expect(records).toEqual([
      expect.objectContaining({
        action: 'workspace.updated',
        resourceId: before.id,
        changes: { slug: { from: before.slug, to: slug }, name: { from: before.name, to: 'New' } },
      }),
    ]);
  });

  it('replaces the repositories, with one record for each one added or removed', async () => {
    const [kept, dropped, added] = [randomRepository(), randomRepository(), randomRepository()];
    const before = await registerWorkspace(test, { repositories: [kept, dropped] });
    const { answer, records } = await audited(test, 'patch', `/admin/workspaces/${before.id}`, {
      body: { repositories: [added, kept.toUpperCase()] },
    });
    expect(answer.body).toEqual({ ...before, repositories: [kept, added].sort() });
    expect(records.map((it) => it.changes)).toHaveLength(2);
    expect(records.map((it) => it.changes)).toEqual(
      expect.arrayContaining([
        { repositories: { from: dropped, to: null } },
        { repositories: { from: null, to: added } },
      ]),
    );
    // What was dropped is free again.
    await registerWorkspace(test, { repositories: [dropped] });
  });

  it.each([
    ['nothing', () => ({})],
    ['the current values', ({ slug, name, repositories }: Workspace) => ({ slug, name, repositories })],
  ])('writes nothing for %s', async (_, body) => {
    const before = await registerWorkspace(test, { repositories: [randomRepository(), randomRepository()] });
    const { answer, records } = await audited(test, 'patch', `/admin/workspaces/${before.id}`, {
      body: body(before),
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(before);
    expect(records).toEqual([]);
  });

  it('answers 409 for a slug or a repository of another workspace, and changes nothing', async () => {
    const repository = randomRepository();
    const other = await registerWorkspace(test, { repositories: [repository] });
    const mine = await registerWorkspace(test, { repositories: [randomRepository()] });
    expect((await patch(mine.id, { slug: other.slug, repositories: [] })).body).toMatchObject({
      status: 409,
      member: 'slug',
      values: [other.slug],
    });
    expect(
      (await patch(mine.id, { name: 'x', repositories: [repository.toUpperCase()] })).body,
    ).toMatchObject({
      status: 409,
      member: 'repositories',
      values: [repository],
    });
    expect(await admin(test, 'get', `/admin/workspaces/${mine.id}`)).toEqual(mine);
  });

  it.each([
    [{ id: randomUUID() }, 'id'],
    [{ slug: null }, 'slug'],
    [{ name: null }, 'name'],
    [{ repositories: null }, 'repositories'],
    [{ repositories: ['a/b', null] }, 'repositories'],
  ])('answers 400 for %j', async (body, member) => {
    const { id } = await registerWorkspace(test);
    const answer = await patch(id, body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it('stores one of two complete sets after simultaneous changes', async () => {
    const { id } = await registerWorkspace(test);
    for (let round = 0; round < 10; round += 1) {
      const sets = [0, 1].map(() => [randomRepository(), randomRepository()].sort());
      const answers = await Promise.all(sets.map((repositories) => patch(id, { repositories })));
      expect(answers.map((it) => it.status)).toEqual([200, 200]);
      const { repositories } = await admin<Workspace>(test, 'get', `/admin/workspaces/${id}`);
      expect(sets).toContainEqual(repositories);
    }
  });
});

it.each(['get', 'patch'] as const)('%s of an unknown workspace answers 404', async (method) => {
  const answer = await call(test, method, `/admin/workspaces/${UNKNOWN}`, {
    key: test.adminKey,
    ...(method === 'patch' && { body: { name: 'x', repositories: [] } }),
  });
  expect(answer.body).toMatchObject({ status: 404, code: 'not-found' });
});

it('POST /stitcher/webhook answers 403 for a repository that left the workspace', async () => {
  const repository = randomRepository();
  const workspace = await registerWorkspace(test, { repositories: [repository] });
  const { apiKey } = await registerCoordinator(test, { workspaceIds: [workspace.id] });
  const deliver = (issueNumber: number) =>
    call(test, 'post', '/stitcher/webhook', {
      key: apiKey,
      body: { action: 'assigned', repository, issueNumber },
    });
  expect((await deliver(1)).status).toBe(202);
  await admin(test, 'patch', `/admin/workspaces/${workspace.id}`, { repositories: [] });
  expect((await deliver(2)).body).toMatchObject({ status: 403, code: 'repository-forbidden' });
});
