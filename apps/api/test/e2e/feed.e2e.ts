import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FeedRepository } from '../../src/audit-log/feed/feed.repository.js';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { changes } from '../integration/sealing-fixture.js';
import { insertAdmin, startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  registerOperator,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually } from '../support/server-process.js';
import { allSealed, type FeedOptions, FeedReader, leaves, removeRecords } from './feed-fixture.js';

let test: TestApp;
let base: string;
let coordinator: TestCoordinator;
let foreign: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  base = await test.app.getUrl();
  coordinator = await registerCoordinator(test);
  foreign = await registerCoordinator(test);
  await createJob(test, coordinator);
  await createJob(test, foreign);
  await allSealed(test.database.owner);
});

afterAll(() => test?.close());

const open = (of: Partial<FeedOptions> = {}) => FeedReader.open(base, { key: test.adminKey, ...of });
const whole = async ({ query, ...of }: Partial<FeedOptions> = {}) =>
  await (await open({ ...of, query: { ...query, follow: 'false' } })).rest();
const refusal = async (path: string, key = test.adminKey, headers = {}) => {
  const { status, body } = await call(test, 'get', path, { key, headers });
  return [status, body.code, body.newest ?? body.oldest ?? body.errors?.[0]?.member];
};
const newest = async () => (await leaves(test.database.owner)).length - 1;

/** The reason of the last refusal of this actor that the log has. */
async function recordedRefusal(actorId: string): Promise<unknown> {
  await test.app.get(RefusalRecorder, { strict: false }).flush();
  const { rows } = await test.database.owner.query(
    `SELECT reason, changes #>> '{route,to}' AS route FROM public.audit_log
     WHERE actor_id = $1 AND outcome = 'DENIED' ORDER BY id DESC LIMIT 1`,
    [actorId],
  );
  return rows[0];
}

describe('an event', () => {
  it('is the line of the export, and its position', async () => {
    const { records } = await whole();
    // The export comes second, so it has what is sealed in the meantime.
    const { text } = await call(test, 'get', '/audit-log/export', {
      key: await insertAdmin(test.database.owner),
    });
    const lines = new Set(text.split('\n'));
    expect(records.length).toBeGreaterThan(5);
    for (const { position, text: line } of records) {
      const start = `{"position":${position},`;
      expect(line.startsWith(start)).toBe(true);
      expect(lines).toContain(`{${line.slice(start.length)}`);
    }
  });

  it('is the same as server-sent event', async () => {
    const [lines, events] = [
      await whole({ query: { after: 1 } }),
      await whole({ query: { after: 1 }, sse: true }),
    ];
    expect(events.records.slice(0, lines.records.length)).toEqual(lines.records);
  });

  it('is an event of OCSF with `format=ocsf`, and has the position as sequence', async () => {
    const reader = await open({ query: { format: 'ocsf', follow: 'false' }, sse: true });
    const { position, text } = (await reader.next()) ?? {};
    reader.close();
    expect(JSON.parse(text ?? '')).toMatchObject({ class_uid: 6003, metadata: { sequence: position } });
  });

  it('is sent in the media type that the client asks for', async () => {
    const types = [];
    for (const accept of ['application/x-ndjson; q=0.9, text/plain', 'text/event-stream', '*/*']) {
      const reader = await open({ headers: { Accept: accept }, query: { follow: 'false' } });
      types.push(reader.response.headers['content-type']);
      reader.close();
    }
    expect(types).toEqual(['application/x-ndjson', 'text/event-stream', 'text/event-stream']);
  });
});

describe('where a feed begins', () => {
  it('`after=latest` says the position, and sends only what is sealed from then on', async () => {
    await allSealed(test.database.owner);
    const before = await newest();
    const reader = await open({ query: { after: 'latest' } });
    expect(await reader.next()).toEqual({ position: before, text: `{"position":${before}}` });
    await createJob(test, coordinator);
    expect(await reader.nextRecord()).toMatchObject({ position: before + 1, action: 'job.created' });
    reader.close();
  });

  it('Last-Event-ID goes before `after`', async () => {
    const { records } = await whole({ query: { after: 'latest' }, headers: { 'Last-Event-ID': '2' } });
    expect(records[0]?.position).toBe(3);
  });

  it.each(['-2', '1.5', 'first', '1e3', `${'9'.repeat(16)}`])('refuses %s as a position', async (given) => {
    expect(await refusal(`/audit-log/feed?after=${given}`)).toEqual([400, 'invalid-request', 'after']);
    expect(await refusal('/audit-log/feed', test.adminKey, { 'Last-Event-ID': given })).toEqual([
      400,
      'invalid-request',
      'Last-Event-ID',
    ]);
  });

  it('refuses a position after the newest with 409, which names the newest', async () => {
    await allSealed(test.database.owner);
    const last = await newest();
    expect(await refusal(`/audit-log/feed?after=${last + 1}`)).toEqual([409, 'position-unknown', last]);
    expect((await whole({ query: { after: last } })).complete).toBe(true);
  });

  it('HEAD gets the headers and no event', async () => {
    const { status, headers } = await call(test, 'head', '/audit-log/feed', { key: test.adminKey });
    expect([status, headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect((await call(test, 'get', '/metrics')).text).toMatch(/^audit_feed_followers 0$/m);
  });
});

describe('a filter', () => {
  it('sends what matches, and the position beyond it', async () => {
    await test.database.api.query(changes(3_000));
    const job = await createJob(test, coordinator);
    await allSealed(test.database.owner);
    const of = { query: { resourceId: job.id } };
    expect(await whole(of)).toMatchObject({ records: [{ resourceId: job.id }], complete: true });
    const { reached } = await whole({ query: { action: 'audit.erased' } });
    expect(reached).toBe(await newest());
  });

  it.each([
    ['workspaceId', () => coordinator.workspaceIds[0] ?? ''],
    ['actorId', () => coordinator.id],
    ['keyId', () => coordinator.key.id],
    ['action', () => 'job.created'],
    ['outcome', () => 'SUCCESS'],
    ['from', () => '2030-01-01T00:00:00Z'],
  ])('%s selects as in the list', async (name, value) => {
    await allSealed(test.database.owner);
    const { records } = await whole({ query: { [name]: value() } });
    const { body } = await call(test, 'get', `/audit-log?limit=200&${name}=${value()}`, {
      key: test.adminKey,
    });
    const listed = body.items.map(({ id }: { id: string }) => id).reverse();
    expect(records.map(({ id }) => id).slice(-listed.length || records.length)).toEqual(listed);
  });

  it('heartbeats every 15 s carry the position that was reached', async () => {
    await allSealed(test.database.owner);
    const reader = await open({ query: { after: 'latest', action: 'audit.erased' } });
    const first = await reader.next();
    await createJob(test, coordinator);
    const next = await reader.next();
    reader.close();
    expect(next?.id).toBeUndefined();
    expect(next?.position).toBeGreaterThan(first?.position ?? Number.NaN);
  });
});

describe('rights are judged with every batch', () => {
  it('a deleted operator is disconnected, and the refusal is recorded', async () => {
    const { id, accessKey } = await registerOperator(test, { workspaceIds: null });
    const reader = await open({ key: accessKey, query: { after: 'latest' } });
    await reader.next();
    await admin(test, 'delete', `/admin/operators/${id}`);
    expect((await reader.rest()).complete).toBe(false);
    await eventually(async () => (await recordedRefusal(id)) !== undefined, 'the refusal to be recorded');
    expect(await recordedRefusal(id)).toEqual({ reason: 'key-revoked', route: 'GET /audit-log/feed' });
  });

  it('an operator sees only its workspaces, and none any more that was withdrawn', async () => {
    const [mine = '', theirs = ''] = [coordinator.workspaceIds[0], foreign.workspaceIds[0]];
    const { id, accessKey } = await registerOperator(test, { workspaceIds: [mine, theirs] });
    const reader = await open({ key: accessKey, query: { after: 'latest' } });
    await reader.next();
    const seen = await createJob(test, foreign);
    expect(await reader.nextRecord()).toMatchObject({ resourceId: seen.id });
    await admin(test, 'patch', `/admin/operators/${id}`, { workspaceIds: [mine] });
    await createJob(test, foreign);
    const allowed = await createJob(test, coordinator);
    expect(await reader.nextRecord()).toMatchObject({ resourceId: allowed.id });
    reader.close();
    const { records } = await whole({ key: accessKey });
    expect([...new Set(records.map(({ text }) => JSON.parse(text).workspaceId))]).toEqual([mine]);
  });

  it('a feed of one workspace ends when it is withdrawn', async () => {
    const [mine = '', theirs = ''] = [coordinator.workspaceIds[0], foreign.workspaceIds[0]];
    const { id, accessKey } = await registerOperator(test, { workspaceIds: [mine, theirs] });
    const reader = await open({ key: accessKey, query: { after: 'latest', workspaceId: theirs } });
    await reader.next();
    await admin(test, 'patch', `/admin/operators/${id}`, { workspaceIds: [mine] });
    expect((await reader.rest()).complete).toBe(false);
    expect(await refusal(`/audit-log/feed?workspaceId=${theirs}`, accessKey)).toEqual([
      403,
      'workspace-forbidden',
      undefined,
    ]);
  });
});

describe('the limit of 20 feeds of a caller', () => {
  it('answers a further one 503 with Retry-After, and others still begin', async () => {
    const key = await insertAdmin(test.database.owner);
    const readers = await Promise.all(
      Array.from({ length: 20 }, () => open({ key, query: { after: 'latest' } })),
    );
    try {
      const refused = await call(test, 'get', '/audit-log/feed?follow=false', { key });
      expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
        503,
        'overloaded',
        '5',
      ]);
      expect((await whole({ query: { after: 'latest' } })).complete).toBe(true);
    } finally {
      for (const reader of readers) reader.close();
    }
  });
});

// Last: it removes records.
describe('records that retention has removed', () => {
  it('are 410 with the oldest position, also for a reader that is overtaken', async () => {
    await allSealed(test.database.owner);
    await removeRecords(test, 0, 5);
    expect(await refusal('/audit-log/feed?after=3')).toEqual([410, 'position-pruned', 5]);
    expect(await refusal('/audit-log/feed?after=-1')).toEqual([410, 'position-pruned', 5]);
    expect((await whole({ query: { after: 4 } })).records[0]?.position).toBe(5);
    const { records } = await whole();
    expect([records[0]?.position, records.at(-1)?.position]).toEqual([5, await newest()]);
  });

  it('single ones between others are left out', async () => {
    await removeRecords(test, 8, 2);
    const { records, complete } = await whole({ query: { after: 5 } });
    expect(records.slice(0, 4).map(({ position }) => position)).toEqual([6, 7, 10, 11]);
    expect(complete).toBe(true);
  });

  it('a reader is disconnected when they are overtaken', async () => {
    const feed = test.app.get(FeedRepository, { strict: false });
    const batch = feed.batch.bind(feed);
    let removed: () => void = () => undefined;
    const overtaken = new Promise<void>((resolve) => {
      removed = resolve;
    });
    // The server has sent three records, and reads on once the next ones are removed.
    const batches = jest
      .spyOn(feed, 'batch')
      .mockImplementation(async (...of) => {
        await overtaken;
        return await batch(...of);
      })
      .mockImplementationOnce((caller, filter, { after }) => batch(caller, filter, { after, scanned: 3 }));
    const reader = await open({ query: { after: 5 } });
    const last = await newest();
    await removeRecords(test, 0, last - 20);
    removed();
    const { records, complete } = await reader.rest();
    batches.mockRestore();
    expect(complete).toBe(false);
    const positions = records.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(await refusal(`/audit-log/feed?after=${positions.at(-1)}`)).toEqual([
      410,
      'position-pruned',
      last - 20,
    ]);
  });
});
