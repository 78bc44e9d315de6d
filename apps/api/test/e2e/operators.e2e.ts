import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseKey } from '../../src/keys/key.js';
import type { Operator } from '../../src/operators/operator.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import {
  admin,
  call,
  createJob,
  everyPage,
  listen,
  registerCoordinator,
  registerOperator,
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

const post = (body: object | string) => call(test, 'post', '/admin/operators', { key: test.adminKey, body });
const patch = (id: string, body: object | string) =>
  call(test, 'patch', `/admin/operators/${id}`, { key: test.adminKey, body });
const list = (key: string) => call(test, 'get', '/admin/operators?limit=1', { key });
const readLog = (key: string) => call(test, 'get', '/audit-log?limit=1', { key });

async function operatorRow(id: string): Promise<unknown> {
  const { rows } = await test.database.owner.query<object>('SELECT * FROM public.operators WHERE id = $1', [
    id,
  ]);
  return rows[0];
}

async function workspaceIds(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID()).sort();
  await writeAsSystem(
    test,
    `INSERT INTO public.workspaces (id, slug, name) SELECT id, id::text, 'Acme' FROM ctx, unnest($1::uuid[]) AS id WHERE ctx.ready`,
    [ids],
  );
  return ids;
}

describe('POST /admin/operators', () => {
  it('returns the access key once, and the key works', async () => {
    const answer = await post({ name: 'Ada', role: 'ADMIN' });
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { operator, accessKey } = answer.body;
    const key = parseKey(accessKey);
    expect(key?.prefix).toBe('cro_');
    expect(operator).toEqual({
      id: expect.any(String),
      name: 'Ada',
      role: 'ADMIN',
      workspaceIds: null,
      keyId: expect.any(String),
      kid: key?.kid,
      identity: null,
      keyExpiresAt: null,
      lastUsedAt: null,
      allowedNetworks: [],
      createdAt: expect.stringMatching(TIME),
      updatedAt: operator.createdAt,
    });

    const found = await list(accessKey);
    expect(found.status).toBe(200);
    expect(found.body.items).toEqual([operator]);
  });

  it('writes one record with the caller as actor', async () => {
    const [id] = await workspaceIds(1);
    const { answer, records } = await audited(test, 'post', '/admin/operators', {
      body: { name: 'Bea', role: 'OPERATOR', workspaceIds: [id] },
    });
    const { operator } = answer.body;
    expect(records).toEqual([
      {
        actorType: 'OPERATOR',
        actorId: expect.any(String),
        actorName: 'test admin',
        keyId: expect.any(String),
        action: 'operator.created',
        outcome: 'SUCCESS',
        workspaceId: null,
        resourceType: 'operator',
        resourceId: operator.id,
        changes: {
          name: { from: null, to: 'Bea' },
          role: { from: null, to: 'OPERATOR' },
          workspaceIds: { from: null, to: [id] },
          keyId: { from: null, to: operator.keyId },
          allowedNetworks: { from: null, to: [] },
        },
      },
    ]);
  });

  it.each([
    ['no name', { role: 'ADMIN' }, 'name'],
    ['no role', { name: 'x' }, 'role'],
    ['an unknown role', { name: 'x', role: 'ROOT' }, 'role'],
    ['a role in lower case', { name: 'x', role: 'admin' }, 'role'],
    ['a null role', { name: 'x', role: null }, 'role'],
    ['an array as role', { name: 'x', role: ['ADMIN'] }, 'role'],
    ['workspaces without UUIDs', { name: 'x', role: 'OPERATOR', workspaceIds: ['x'] }, 'workspaceIds'],
    [
      'one workspace without an array',
      { name: 'x', role: 'OPERATOR', workspaceIds: UNKNOWN },
      'workspaceIds',
    ],
    ['unknown workspaces', { name: 'x', role: 'OPERATOR', workspaceIds: [UNKNOWN] }, 'workspaceIds'],
    ['an OPERATOR without workspaceIds', { name: 'x', role: 'OPERATOR' }, 'workspaceIds'],
    ['an AUDITOR without workspaceIds', { name: 'x', role: 'AUDITOR' }, 'workspaceIds'],
    ['an ADMIN with workspaceIds', { name: 'x', role: 'ADMIN', workspaceIds: [] }, 'workspaceIds'],
    ['an unknown member', { name: 'x', role: 'ADMIN', id: UNKNOWN }, 'id'],
  ])('answers 400 for %s', async (_, body, member) => {
    const before = await test.database.owner.query('SELECT id FROM public.operators ORDER BY id');
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
    const after = await test.database.owner.query('SELECT id FROM public.operators ORDER BY id');
    expect(after.rows).toEqual(before.rows);
  });

  it('answers 400 for a malformed, wrong or missing body', async () => {
    expect((await post('{')).body).toMatchObject({ status: 400, code: 'malformed-json' });
    expect((await post('[]')).body).toMatchObject({ status: 400, code: 'invalid-request' });
    const none = await call(test, 'post', '/admin/operators', { key: test.adminKey });
    expect(none.body).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('stores each workspace of an OPERATOR once', async () => {
    const [first = '', second = ''] = await workspaceIds(2);
    const { operator } = await registerOperator(test, {
      workspaceIds: [second, first.toUpperCase(), second],
    });
    expect(operator.workspaceIds).toEqual([first, second]);
  });
});

describe('names of operators', () => {
  it('are unique among those that are not deleted', async () => {
    const { id, operator } = await registerOperator(test);
    const other = await registerOperator(test);
    const row = await operatorRow(other.id);
    const taken = {
      status: 409,
      code: 'already-exists',
      member: 'name',
      values: [operator.name],
      existingId: id,
    };
    expect((await post({ name: operator.name, role: 'ADMIN' })).body).toMatchObject(taken);
    expect((await patch(other.id, { name: operator.name })).body).toMatchObject(taken);
    expect(await operatorRow(other.id)).toEqual(row);
    await admin(test, 'delete', `/admin/operators/${id}`);
    expect((await patch(other.id, { name: operator.name })).status).toBe(200);
  });

  it('can be given to one of many operators that are created at once', async () => {
    const name = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ name, role: 'ADMIN' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const { rows } = await test.database.owner.query('SELECT FROM public.operators WHERE name = $1', [name]);
    expect(rows).toHaveLength(1);
  });
});

describe('GET /admin/operators', () => {
  it('returns all operators in pages, newest first, without deleted ones', async () => {
    await writeAsSystem(
      test,
      `INSERT INTO public.operators (name, role, key_id, kid, secret_hash, created_at, deleted_at)
       SELECT 'paged ' || n, 'OPERATOR', public.uuid_v7(), 'kid-' || n, '-', timestamptz '2020-01-01 00:00:00Z',
         CASE WHEN n > 60 THEN now() END
       FROM ctx, generate_series(1, 70) AS n WHERE ctx.ready`,
    );
    const seen = await everyPage<Operator>(test, '/admin/operators', 7);
    expect(new Set(seen.map((it) => it.id)).size).toBe(seen.length);
    expect(seen.filter((it) => it.name.startsWith('paged '))).toHaveLength(60);
  });
});

describe('PATCH /admin/operators/:id', () => {
  it('changes name, role and workspaces one by one, with one record each', async () => {
    const ids = await workspaceIds(2);
    const { operator } = await registerOperator(test);
    let expected: Operator = operator;
    const steps: [object, Partial<Operator>, string[]][] = [
      [{ name: 'Cleo' }, { name: 'Cleo' }, ['name']],
      [{ workspaceIds: ids }, { workspaceIds: ids }, ['workspaceIds']],
      // an operator who becomes ADMIN loses the limit
      [{ role: 'ADMIN' }, { role: 'ADMIN', workspaceIds: null }, ['role', 'workspaceIds']],
      [
        { role: 'OPERATOR', workspaceIds: [] },
        { role: 'OPERATOR', workspaceIds: [] },
        ['role', 'workspaceIds'],
      ],
      [{ workspaceIds: null }, { workspaceIds: null }, ['workspaceIds']],
    ];
    for (const [body, change, members] of steps) {
      const { answer, records } = await audited(test, 'patch', `/admin/operators/${operator.id}`, { body });
      expect(answer.status).toBe(200);
      expected = { ...expected, ...change, updatedAt: answer.body.updatedAt };
      expect(answer.body).toEqual(expected);
      expect(records.map((it) => [it.action, Object.keys(it.changes ?? {}).sort()])).toEqual([
        ['operator.updated', members],
      ]);
    }
  });

  it.each([
    ['nothing', () => ({})],
    ['the current values', ({ name, role, workspaceIds }: Operator) => ({ name, role, workspaceIds })],
    [
      'the same workspaces in another order',
      ({ workspaceIds }: Operator) => ({ workspaceIds: workspaceIds?.toReversed() }),
    ],
  ])('writes nothing for %s', async (_, body) => {
    const { operator } = await registerOperator(test, { workspaceIds: await workspaceIds(2) });
    const { answer, records } = await audited(test, 'patch', `/admin/operators/${operator.id}`, {
      body: body(operator),
    });
    expect(answer.body).toEqual(operator);
    expect(records).toEqual([]);
  });

  it.each([
    [{ name: null }, 'name'],
    [{ role: null }, 'role'],
    [{ role: 'ADMIN', workspaceIds: [] }, 'workspaceIds'],
    [{ workspaceIds: [UNKNOWN] }, 'workspaceIds'],
    [{ workspaceIds: [null] }, 'workspaceIds'],
    [{ kid: 'x' }, 'kid'],
    [{ keyExpiresAt: '2020-01-01T00:00:00Z' }, 'keyExpiresAt'],
    [{ allowedNetworks: ['10.0.0.0/33'] }, 'allowedNetworks'],
    [{ allowedNetworks: null }, 'allowedNetworks'],
  ])('answers 400 for %j', async (body, member) => {
    const { id } = await registerOperator(test);
    const answer = await patch(id, body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it.each(['OPERATOR', 'AUDITOR'])('demands workspaceIds for an ADMIN who becomes %s', async (role) => {
    const { id, accessKey } = await registerOperator(test, { role: 'ADMIN' });
    const log = async () => (await call(test, 'get', '/audit-log', { key: accessKey })).body.items.length;
    const row = await operatorRow(id);
    const refused = await patch(id, { role });
    expect(refused.status).toBe(400);
    expect(membersAtFault(refused)).toEqual(['workspaceIds']);
    expect(refused.body.detail).toContain('workspaceIds must name the workspaces');
    expect(await operatorRow(id)).toEqual(row);
    for (const [workspaceIds, seen] of [
      [[], false],
      [null, true],
    ] as const) {
      const body = { role, workspaceIds };
      expect(await admin(test, 'patch', `/admin/operators/${id}`, body)).toMatchObject(body);
      expect((await log()) > 0).toBe(seen);
      await admin(test, 'patch', `/admin/operators/${id}`, { role: 'ADMIN' });
    }
  });

  it('keeps the workspaces of an OPERATOR who becomes AUDITOR', async () => {
    const ids = await workspaceIds(1);
    const { id } = await registerOperator(test, { workspaceIds: ids });
    await admin(test, 'patch', `/admin/operators/${id}`, { role: 'AUDITOR' });
    expect(await operatorRow(id)).toMatchObject({ role: 'AUDITOR', workspace_ids: ids });
  });

  it('takes effect on the next request', async () => {
    const { id, accessKey } = await registerOperator(test);
    expect((await list(accessKey)).body).toMatchObject({ status: 403, code: 'permission-missing' });
    await admin(test, 'patch', `/admin/operators/${id}`, { role: 'ADMIN' });
    expect((await list(accessKey)).status).toBe(200);
    await admin(test, 'patch', `/admin/operators/${id}`, { role: 'OPERATOR', workspaceIds: null });
    expect((await list(accessKey)).body).toMatchObject({ status: 403, code: 'permission-missing' });
  });
});

it('an OPERATOR sees only the log and the jobs of its current workspaces', async () => {
  const mine = await registerCoordinator(test);
  const theirs = await registerCoordinator(test);
  const myJob = await createJob(test, mine);
  const theirJob = await createJob(test, theirs);
  const { id, accessKey } = await registerOperator(test, { workspaceIds: mine.workspaceIds });
  const seen = async () => {
    const jobs = await call(test, 'get', '/jobs', { key: accessKey });
    const log = await call(test, 'get', '/audit-log?action=job.created', { key: accessKey });
    return [
      jobs.body.items.map((it: { id: string }) => it.id).sort(),
      log.body.items.map((it: { resourceId: string }) => it.resourceId).sort(),
    ];
  };
  const both = [myJob.id, theirJob.id].sort();
  expect(await seen()).toEqual([[myJob.id], [myJob.id]]);
  await admin(test, 'patch', `/admin/operators/${id}`, { workspaceIds: null });
  expect(await seen()).toEqual([both, both]);
  await admin(test, 'patch', `/admin/operators/${id}`, { workspaceIds: theirs.workspaceIds });
  expect(await seen()).toEqual([[theirJob.id], [theirJob.id]]);
  await admin(test, 'patch', `/admin/operators/${id}`, { workspaceIds: [] });
  expect(await seen()).toEqual([[], []]);
});

describe('DELETE /admin/operators/:id', () => {
  it('hides the operator and revokes its key; a repeat answers 204', async () => {
    const { id, accessKey } = await registerOperator(test);
    expect((await readLog(accessKey)).status).toBe(200);
    const { answer, records } = await audited(test, 'delete', `/admin/operators/${id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(records).toEqual([
      expect.objectContaining({
        action: 'operator.deleted',
        resourceId: id,
        changes: { deletedAt: { from: null, to: expect.any(String) } },
      }),
    ]);
    expect((await readLog(accessKey)).body).toMatchObject({ status: 401, code: 'key-revoked' });

    const again = await audited(test, 'delete', `/admin/operators/${id}`);
    expect([again.answer.status, again.records]).toEqual([204, []]);
    expect((await patch(id, { name: 'x' })).body).toMatchObject({ status: 404, code: 'not-found' });
    const rotated = await call(test, 'post', `/admin/operators/${id}/rotate`, { key: test.adminKey });
    expect(rotated.body).toMatchObject({ status: 404, code: 'not-found' });
    const { items } = await admin<{ items: Operator[] }>(test, 'get', '/admin/operators?limit=100');
    expect(items.map((it) => it.id)).not.toContain(id);
  });
});

it.each([
  ['patch', ''],
  ['delete', ''],
  ['post', '/rotate'],
] as const)('%s of an unknown operator%s answers 404', async (method, path) => {
  const answer = await call(test, method, `/admin/operators/${UNKNOWN}${path}`, {
    key: test.adminKey,
    ...(method === 'patch' && { body: {} }),
  });
  expect(answer.body).toMatchObject({ status: 404, code: 'not-found' });
});
