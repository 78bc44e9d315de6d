import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../src/audit-proof/audit-record.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { kidOf } from '../support/registry.js';
import { AuditApi, type Query, type Tenant } from './audit-log-fixture.js';

let test: TestApp;
let api: AuditApi;
let mine: Tenant;
let theirs: Tenant;
let jobs: string[];

beforeAll(async () => {
  test = await startTestApp();
  api = new AuditApi(test);
  mine = await api.tenant();
  theirs = await api.tenant();
  jobs = [];
  for (let n = 0; n < 6; n++) {
    jobs.push(await api.job(mine));
    await api.job(theirs);
  }
  for (const id of jobs.slice(0, 3)) {
    await api.send('patch', `/coordinator/jobs/${id}/status`, {
      key: mine.apiKey,
      body: { status: 'RUNNING' },
    });
    await api.send('post', `/coordinator/jobs/${id}/complete`, {
      key: mine.apiKey,
      body: { result: { fine: true } },
    });
  }
});

afterAll(() => test?.close());

describe('GET /audit-log', () => {
  it('returns records with these fields, newest first', async () => {
    const { status, body } = await api.page({ resourceId: jobs[0] ?? '', action: 'job.started' });
    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        {
          id: expect.any(String),
          occurredAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
          actorType: 'COORDINATOR',
          actorId: mine.coordinatorId,
          actorName: expect.any(String),
          keyId: mine.keyId,
          kid: expect.stringMatching(/^\w{16}$/),
          action: 'job.started',
          outcome: 'SUCCESS',
          reason: null,
          workspaceId: mine.workspaceId,
          resourceType: 'job',
          resourceId: jobs[0],
          rev: 2,
          changes: {
            status: { from: 'PENDING', to: 'RUNNING' },
            attempt: { from: 0, to: 1 },
            coordinatorId: { from: null, to: mine.coordinatorId },
          },
          requestId: expect.any(String),
          sourceIp: '127.0.0.1',
          userAgent: null,
          occurrences: 1,
        },
      ],
      nextCursor: null,
      scannedTo: null,
    });
    const { body: all } = await api.page({ limit: 200 });
    const order = all.items.map((it: AuditRecord) => it.occurredAt + it.id);
    expect(order).toEqual([...order].sort().reverse());
  });

  it('returns the matching records for each filter, and for all filters together', async () => {
    const all = await api.walk({ limit: 200 });
    const sample = all.find((it) => it.action === 'job.completed');
    if (sample?.workspaceId == null || sample.actorId === null || sample.keyId === null)
      throw new Error('no sample');
    const { workspaceId, actorId, keyId, action, outcome } = sample;
    const [resourceId, requestId] = [sample.resourceId ?? '', sample.requestId ?? ''];
    const filters: Query[] = [
      { workspaceId },
      { actorId },
      { keyId },
      { resourceId },
      { action },
      { outcome },
      { requestId },
      { workspaceId, actorId },
      { workspaceId, action },
      { actorId, action },
      { actorId, outcome },
      { workspaceId, keyId, outcome },
      { workspaceId, actorId, keyId, resourceId, action, outcome, requestId },
      { workspaceId, action: 'operator.created' },
      { actorId: randomUUID() },
    ];
    for (const filter of filters) {
      const expected = all.filter((it) =>
        Object.entries(filter).every(([key, value]) => Reflect.get(it, key) === value),
      );
      expect(await api.walk({ ...filter, limit: 3 })).toEqual(expected);
    }
  });

  it("finds the records of a key by its kid: a coordinator's, and the present one of an operator", async () => {
    const limited = await api.operator([mine.workspaceId]);
    const of = (query: Query, key?: string) => api.walk(query, key);
    const kid = kidOf(mine.apiKey);
    const byId = await of({ keyId: mine.keyId });
    expect(byId.length).toBeGreaterThan(5);
    expect(await of({ kid })).toEqual(byId);
    expect(await of({ kid }, limited)).toEqual(byId);
    expect(await of({ kid, action: 'job.completed', limit: 2 })).toEqual(
      byId.filter((it) => it.action === 'job.completed'),
    );
    expect(await of({ kid, keyId: theirs.keyId })).toEqual([]);
    // The rights of the operator count as for any filter. So no answer says whether there is such a key.
    expect(await of({ kid: kidOf(theirs.apiKey) }, limited)).toEqual([]);
    expect(await of({ kid: '0'.repeat(16) }, limited)).toEqual([]);
    const ofAdmin = await of({ kid: kidOf(test.adminKey), action: 'workspace.created' });
    expect(ofAdmin.map(({ actorType }) => actorType)).toEqual(['OPERATOR', 'OPERATOR']);
  });

  it.each(['short', 'crk_0123456789ab', '0'.repeat(17)])('answers 400 for the kid %s', async (kid) => {
    const { status, body } = await api.page({ kid });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });

  it('includes `from` and excludes `to`', async () => {
    const all = await api.walk({ workspaceId: mine.workspaceId });
    const [later, earlier] = [all[3]?.occurredAt ?? '', all[8]?.occurredAt ?? ''];
    const found = await api.walk({ workspaceId: mine.workspaceId, from: earlier, to: later, limit: 2 });
    expect(found).toEqual(all.filter((it) => it.occurredAt >= earlier && it.occurredAt < later));
    expect(found.length).toBeGreaterThan(0);
    const offset = `${new Date(Date.parse(later) + 7_200_000).toISOString().slice(0, -1)}+02:00`;
    expect(await api.walk({ workspaceId: mine.workspaceId, from: earlier, to: offset })).toEqual(found);
  });

  it('returns every record once while records are added', async () => {
    const before = (await api.walk({ limit: 200 })).map((it) => it.id);
    const writers = async () => {
      await Promise.all([api.job(mine), api.job(theirs), api.job(mine)]);
    };
    for (const query of [{ limit: 7 }, { limit: 7, outcome: 'SUCCESS' }]) {
      const walked = (await api.walk(query, undefined, writers)).map((it) => it.id);
      expect(new Set(walked).size).toBe(walked.length);
      const known = new Set(before);
      expect(walked.filter((it) => known.has(it))).toEqual(before);
    }
  });

  it.each([
    ['an unknown filter', 'actor=x'],
    ['an unknown action', 'action=job.exploded'],
    ['an unknown outcome', 'outcome=MAYBE'],
    ['a malformed workspaceId', 'workspaceId=x'],
    ['a malformed resourceId', 'resourceId=1'],
    ['an empty filter', 'action='],
    ['a malformed requestId', 'requestId=a%20b'],
    ['a time without an offset', 'from=2026-01-01T00:00:00'],
    ['an impossible time', 'to=2026-02-30T00:00:00Z'],
    ['from after to', 'from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z'],
    ['a limit of 0', 'limit=0'],
    ['a limit over 200', 'limit=201'],
    ['a fractional limit', 'limit=1.5'],
    ['a malformed cursor', 'cursor=abc'],
    ['a filter given twice', 'outcome=DENIED&outcome=SUCCESS'],
  ])('answers 400 invalid-request for %s', async (_, query) => {
    const { status, body } = await api.send('get', `/audit-log?${query}`);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });

  it('accepts limit up to 200', async () => {
    expect((await api.page({ limit: 200 })).status).toBe(200);
  });

  it('answers 200 to operators of both roles, and 401 to others', async () => {
    expect((await api.page({}, await api.operator(null))).status).toBe(200);
    expect((await api.page({}, mine.apiKey)).status).toBe(401);
    expect((await api.page({}, '')).status).toBe(401);
  });
});

describe('GET /audit-log/:id', () => {
  it('returns the record as in the list', async () => {
    for (const record of (await api.walk({ limit: 200 })).slice(0, 20)) {
      const { status, body } = await api.send('get', `/audit-log/${record.id}`);
      expect([status, body]).toEqual([200, record]);
    }
  });

  it('answers 404 for an unknown id of any UUID version, and 400 for a malformed id', async () => {
    for (const id of [
      randomUUID(),
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '01a20d3e-640e-7b9d-825f-790cfaebb2b4',
    ]) {
      const { status, body } = await api.send('get', `/audit-log/${id}`);
      expect([status, body.code]).toEqual([404, 'not-found']);
    }
    expect((await api.send('get', '/audit-log/x')).status).toBe(400);
  });
});

describe('GET /audit-log for an operator limited to a workspace', () => {
  let key: string;
  let all: AuditRecord[];

  beforeAll(async () => {
    key = await api.operator([mine.workspaceId]);
    all = await api.walk({ limit: 200 });
  });

  it('returns only records of that workspace, with any filter', async () => {
    const visible = all.filter((it) => it.workspaceId === mine.workspaceId);
    expect(visible.length).toBeGreaterThan(10);
    expect(await api.walk({ limit: 4 }, key)).toEqual(visible);
    for (const query of [
      { outcome: 'SUCCESS' },
      { action: 'job.created' },
      { actorId: mine.coordinatorId },
      { keyId: mine.keyId },
      { resourceId: jobs[1] ?? '' },
      { actorId: mine.coordinatorId, action: 'job.completed' },
      { workspaceId: mine.workspaceId },
    ]) {
      const expected = visible.filter((it) =>
        Object.entries(query).every(([name, value]) => Reflect.get(it, name) === value),
      );
      expect(expected.length).toBeGreaterThan(0);
      expect(await api.walk({ ...query, limit: 2 }, key)).toEqual(expected);
    }
    for (const query of [
      { actorId: theirs.coordinatorId },
      { keyId: theirs.keyId },
      { action: 'operator.created' },
    ]) {
      expect(await api.walk(query, key)).toEqual([]);
    }
  });

  it('merges the records of several workspaces in order', async () => {
    const both = await api.operator([theirs.workspaceId, mine.workspaceId, theirs.workspaceId]);
    const visible = all.filter(
      (it) => it.workspaceId === mine.workspaceId || it.workspaceId === theirs.workspaceId,
    );
    const walked = await api.walk({ limit: 5 }, both);
    expect(walked.filter((it) => all.some((known) => known.id === it.id))).toEqual(visible);
  });

  it('returns nothing to an operator without workspaces', async () => {
    expect(await api.walk({}, await api.operator([]))).toEqual([]);
  });

  it('answers 403 for the filter of another workspace, and 404 for its records', async () => {
    const { status, body } = await api.page({ workspaceId: theirs.workspaceId }, key);
    expect([status, body.code]).toEqual([403, 'workspace-forbidden']);
    const foreign = all.find((it) => it.workspaceId === theirs.workspaceId);
    const registry = all.find((it) => it.workspaceId === null);
    for (const id of [foreign?.id, registry?.id, randomUUID()]) {
      const answer = await api.send('get', `/audit-log/${id}`, { key });
      expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
        404,
        'not-found',
        'There is no such audit record.',
      ]);
    }
    const own = all.find((it) => it.workspaceId === mine.workspaceId);
    expect((await api.send('get', `/audit-log/${own?.id}`, { key })).body).toEqual(own);
  });
});
