import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import type { AuditRecord } from '../../src/audit-proof/audit-record.js';
import { issueKey } from '../../src/keys/stored-key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { holdTime, startTime } from '../support/clock.js';
import { AuditApi, type Tenant } from './audit-log-fixture.js';

let test: TestApp;
let api: AuditApi;
let mine: Tenant;
let theirs: Tenant;
let foreignJob: string;
let before: Set<string>;

beforeAll(async () => {
  test = await startTestApp();
  api = new AuditApi(test);
  mine = await api.tenant();
  theirs = await api.tenant();
  foreignJob = await api.job(theirs);
});

afterAll(() => test?.close());

async function denied(): Promise<AuditRecord[]> {
  await test.app.get(RefusalRecorder, { strict: false }).flush();
  return (await api.walk({ outcome: 'DENIED', limit: 200 })).reverse();
}

beforeEach(async () => {
  before = new Set((await denied()).map((it) => it.id));
});

async function newlyDenied(): Promise<AuditRecord[]> {
  return (await denied()).filter((it) => !before.has(it.id));
}

const listJobs = (key: string) => api.send('get', '/coordinator/jobs', { key });
const createJob = (key: string, workspaceId: string) =>
  api.send('post', '/coordinator/jobs', { key, body: { type: 'build', workspaceId } });

describe('recording of refusals', () => {
  it.each([
    ['no key', 'missing-credential', async () => ''],
    ['a malformed key', 'invalid-credential', async () => 'nonsense'],
    [
      'a key with a wrong checksum',
      'invalid-credential',
      async () => `${mine.apiKey.slice(0, -1)}${mine.apiKey.endsWith('0') ? '1' : '0'}`,
    ],
    ['an unknown key', 'invalid-credential', async () => (await issueKey('crk_')).text],
  ])('writes a record as ANONYMOUS for %s', async (_, reason, key) => {
    const presented = await key();
    expect((await listJobs(presented)).status).toBe(401);
    expect(await newlyDenied()).toEqual([
      expect.objectContaining({
        actorType: 'ANONYMOUS',
        actorId: null,
        actorName: null,
        keyId: null,
        action: 'auth.denied',
        reason,
        sourceIp: '127.0.0.1',
        occurrences: 1,
      }),
    ]);
  });

  it.each([
    [
      'a revoked key',
      401,
      'auth.denied',
      'key-revoked',
      (it: Tenant) => api.send('delete', `/admin/coordinators/${it.coordinatorId}/keys/${it.keyId}`),
    ],
    [
      'an expired key',
      401,
      'auth.denied',
      'key-expired',
      (it: Tenant) =>
        api.send('post', `/admin/coordinators/${it.coordinatorId}/keys/${it.keyId}/rotate`, {
          body: { overlapSeconds: 0 },
        }),
    ],
    [
      'a suspended coordinator',
      403,
      'access.denied',
      'coordinator-suspended',
      (it: Tenant) =>
        api.send('patch', `/admin/coordinators/${it.coordinatorId}`, { body: { status: 'SUSPENDED' } }),
    ],
    [
      'a missing permission',
      403,
      'access.denied',
      'permission-missing',
      (it: Tenant) =>
        api.send('patch', `/admin/coordinators/${it.coordinatorId}`, {
          body: { permissions: ['jobs:write'] },
        }),
    ],
    [
      'another network',
      403,
      'access.denied',
      'network-forbidden',
      (it: Tenant) =>
        api.send('patch', `/admin/coordinators/${it.coordinatorId}`, {
          body: { allowedNetworks: ['10.0.0.0/8'] },
        }),
    ],
  ] as const)('names the coordinator in the record for %s', async (_, status, action, reason, withdraw) => {
    const tenant = await api.tenant();
    expect((await listJobs(tenant.apiKey)).status).toBe(200);
    expect((await withdraw(tenant)).status).toBeLessThan(300);
    expect((await listJobs(tenant.apiKey)).status).toBe(status);
    expect(await newlyDenied()).toEqual([
      expect.objectContaining({
        actorType: 'COORDINATOR',
        actorId: tenant.coordinatorId,
        keyId: tenant.keyId,
        action,
        reason,
      }),
    ]);
  });

  it('names the workspace of the other tenant for its workspace and its job', async () => {
    expect((await createJob(mine.apiKey, theirs.workspaceId)).status).toBe(403);
    expect((await api.send('get', `/coordinator/jobs/${foreignJob}`, { key: mine.apiKey })).status).toBe(404);
    const [first, second] = await newlyDenied();
    const common = {
      actorId: mine.coordinatorId,
      action: 'access.denied',
      reason: 'workspace-forbidden',
      workspaceId: theirs.workspaceId,
    };
    expect(first).toMatchObject({ ...common, resourceType: 'workspace' });
    expect(second).toMatchObject({ ...common, resourceType: 'job', resourceId: foreignJob });
    const theirOperator = await api.operator([theirs.workspaceId]);
    expect((await api.walk({ outcome: 'DENIED' }, theirOperator)).map((it) => it.id)).toEqual([
      second?.id,
      first?.id,
    ]);
  });

  it('records an operator without the permission, or without the workspace', async () => {
    const key = await api.operator([mine.workspaceId]);
    expect((await api.send('get', '/admin/operators', { key })).status).toBe(403);
    expect((await api.page({ workspaceId: theirs.workspaceId }, key)).status).toBe(403);
    expect((await newlyDenied()).map((it) => [it.actorType, it.reason, it.workspaceId])).toEqual([
      ['OPERATOR', 'permission-missing', null],
      ['OPERATOR', 'workspace-forbidden', theirs.workspaceId],
    ]);
  });

  it('records a caller over its rate limit', async () => {
    const tenant = await api.tenant({ rateLimitPerMinute: 2 });
    const answers = [];
    for (let n = 0; n < 5; n++) answers.push((await listJobs(tenant.apiKey)).status);
    expect(answers).toEqual([200, 200, 429, 429, 429]);
    expect((await newlyDenied()).map((it) => [it.action, it.reason, it.actorId, it.occurrences])).toEqual([
      ['rate.limited', 'rate-limited', tenant.coordinatorId, 1],
      ['rate.limited', 'rate-limited', tenant.coordinatorId, 2],
    ]);
  });

  it('records the route that was tried: its method and pattern, not its path', async () => {
    const tenant = await api.tenant({ rateLimitPerMinute: 3 });
    const requests: [string, () => Promise<unknown>][] = [
      ['GET /coordinator/jobs', () => listJobs('')],
      [
        'GET /coordinator/jobs/:id',
        () => api.send('get', `/coordinator/jobs/${foreignJob}`, { key: tenant.apiKey }),
      ],
      ['POST /coordinator/jobs', () => createJob(tenant.apiKey, theirs.workspaceId)],
      [
        'POST /coordinator/keys/rotate',
        () => api.send('post', '/coordinator/keys/rotate', { key: tenant.apiKey }),
      ],
      ['HEAD /coordinator/jobs', () => test.http().head('/coordinator/jobs').set('X-API-Key', tenant.apiKey)],
    ];
    for (const [, send] of requests) await send();
    const records = await newlyDenied();
    // The first and the second refusal for the workspace are of one kind: the second is counted, and written last.
    expect(records.map(({ changes }) => changes)).toEqual(
      [0, 1, 3, 4, 2].map((at) => ({ route: { from: null, to: requests[at]?.[0] } })),
    );
    expect(records.map(({ reason }) => reason)).toEqual([
      'missing-credential',
      'workspace-forbidden',
      'permission-missing',
      'rate-limited',
      'workspace-forbidden',
    ]);
    const { text } = await api.send('get', '/audit-log/export?outcome=DENIED&format=csv');
    for (const [route] of requests)
      expect(text).toContain(`"{""route"": {""to"": ""${route}"", ""from"": null}}"`);
  });

  it('records no route for repeats at several routes', async () => {
    const tenant = await api.tenant();
    for (let n = 0; n < 2; n += 1) await createJob(tenant.apiKey, theirs.workspaceId);
    await api.send('get', `/coordinator/jobs/${foreignJob}`, { key: tenant.apiKey });
    const route = { from: null, to: 'POST /coordinator/jobs' };
    expect((await newlyDenied()).map(({ changes, occurrences }) => [changes, occurrences])).toEqual([
      [{ route }, 1],
      [{}, 2],
    ]);
  });

  it('records the request id and the user agent', async () => {
    const requestId = randomUUID();
    await test.http().get('/coordinator/jobs').set('X-Request-Id', requestId).set('User-Agent', 'a client');
    expect(await newlyDenied()).toEqual([expect.objectContaining({ requestId, userAgent: 'a client' })]);
  });
});

describe('many refusals', () => {
  afterEach(startTime);

  it('are few records with exact counts', async () => {
    holdTime();
    for (let batch = 0; batch < 25; batch++) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => listJobs(n % 2 === 0 ? '' : `nonsense-${batch}-${n}`)),
      );
      expect(new Set(answers.map((it) => it.status))).toEqual(new Set([401]));
    }
    const records = await newlyDenied();
    expect(records.length).toBeLessThanOrEqual(6);
    const counted = (reason: string) =>
      records.filter((it) => it.reason === reason).reduce((sum, it) => sum + it.occurrences, 0);
    expect([counted('missing-credential'), counted('invalid-credential')]).toEqual([250, 250]);
  });

  it('leave no key in the log, from any header', async () => {
    await test
      .http()
      .get('/coordinator/jobs')
      .set('X-Request-Id', mine.apiKey)
      .set('User-Agent', `x ${theirs.apiKey}`);
    await denied();
    const keys = [mine.apiKey, theirs.apiKey, test.adminKey];
    const { rows } = await test.database.owner.query<{ found: string }>(
      `SELECT count(*) AS found FROM public.audit_log AS a, unnest($1::text[]) AS secret
       WHERE position(secret IN a::text) > 0 OR position('argon2' IN a::text) > 0`,
      [keys.map((it) => it.slice(21))],
    );
    expect(rows).toEqual([{ found: '0' }]);
  });
});

describe('a server that stops', () => {
  it('writes the refusals that it has counted', async () => {
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const newest = [...before].sort().at(-1);
    for (let n = 0; n < 4; n++) await listJobs('');
    await test.app.close();
    const { rows } = await test.database.owner.query<{ occurrences: number }>(
      'SELECT occurrences FROM public.audit_log WHERE id > $1 ORDER BY id',
      [newest],
    );
    expect(rows.map((it) => it.occurrences)).toEqual([1, 3]);
  });
});
