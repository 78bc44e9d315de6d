import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InclusionProof, InclusionProofs } from '../../src/audit-log/checkpoints/checkpoint-record.js';
import type { AuditPage, ShownRecord } from '../../src/audit-log/reading/shown-record.js';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { openCheckpoint } from '../../src/audit-proof/checkpoint.js';
import { parseVerifierKey } from '../../src/audit-proof/signed-note.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  forgeKey,
  listen,
  registerCoordinator,
  registerOperator,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

/* What the console asks of the log: search by address, kind of actor and reason, names of keys, and proofs of a page. */

let test: TestApp;
let coordinator: TestCoordinator;
let workspaceId: string;
let jobId: string;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
  coordinator = await registerCoordinator(test);
  [workspaceId = ''] = coordinator.workspaceIds;
  jobId = (await startJob(test, coordinator)).id;
  for (const address of ['198.51.100.7', '198.51.100.8', '2001:db8::7']) {
    await call(test, 'get', '/me', { key: forgeKey('cro_'), headers: { 'X-Forwarded-For': address } });
  }
  await test.app.get(RefusalRecorder, { strict: false }).flush();
});

afterAll(() => test?.close());

const ask = (query: string, key = test.adminKey) =>
  call(test, 'get', `/audit-log?limit=200&${query}`, { key });
const search = async (query: string) => succeed<AuditPage>(await ask(query)).items;

async function addressesOf(query: string): Promise<(string | null)[]> {
  return (await search(query)).map(({ sourceIp }) => sourceIp).sort();
}

describe('GET /audit-log', () => {
  it('finds an address, and the addresses of a network', async () => {
    expect(await addressesOf('sourceIp=198.51.100.7')).toEqual(['198.51.100.7']);
    expect(await addressesOf('sourceIp=198.51.100.0/24')).toEqual(['198.51.100.7', '198.51.100.8']);
    // Bits of the host do not count.
    expect(await addressesOf('sourceIp=198.51.100.99/24')).toEqual(['198.51.100.7', '198.51.100.8']);
    expect(await addressesOf('sourceIp=2001:db8::/32')).toEqual(['2001:db8::7']);
    expect(await addressesOf('sourceIp=203.0.113.0/24')).toEqual([]);
  });

  it('finds a reason, and a kind of actor', async () => {
    const refusals = await search('reason=invalid-credential&outcome=DENIED');
    expect(refusals).toHaveLength(3);
    expect(refusals.map(({ actorType }) => actorType)).toEqual(['ANONYMOUS', 'ANONYMOUS', 'ANONYMOUS']);
    expect(await search('reason=invalid')).toEqual([]);
    const ofCoordinators = await search('actorType=COORDINATOR');
    expect(ofCoordinators.map(({ action }) => action)).toEqual(['job.started', 'job.created']);
    expect(await search('actorType=COORDINATOR&reason=invalid-credential')).toEqual([]);
  });

  it('finds several actions, newest first, over several pages', async () => {
    const actions = ['workspace.created', 'coordinator.registered', 'job.created', 'coordinator-key.issued'];
    const query = actions.map((it) => `action=${it}`).join('&');
    const all = await search(query);
    expect(new Set(all.map(({ action }) => action))).toEqual(new Set(actions));
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    const walked: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: AuditPage = succeed(
        await call(test, 'get', `/audit-log?limit=2&${query}${cursor && `&cursor=${cursor}`}`, {
          key: test.adminKey,
        }),
      );
      walked.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(walked).toEqual(all.map(({ id }) => id));
    // More actions than are read one by one.
    const many = ['job.started', 'job.failed', 'job.retried', 'job.expired', 'auth.denied'];
    const more = await search([...actions, ...many].map((it) => `action=${it}`).join('&'));
    expect(new Set(more.map(({ action }) => action))).toEqual(
      new Set([...actions, 'job.started', 'auth.denied']),
    );
  });

  it('finds several actions of an operator’s workspaces only', async () => {
    const { accessKey } = await registerOperator(test, { workspaceIds: [workspaceId] });
    await createJob(test, await registerCoordinator(test));
    const { items } = succeed<AuditPage>(await ask('action=job.created&action=job.started', accessKey));
    expect(items.map(({ resourceId }) => resourceId)).toEqual([jobId, jobId]);
  });

  it('names the key of each record by its kid', async () => {
    const { operator, accessKey } = await registerOperator(test, { role: 'ADMIN', workspaceIds: null });
    succeed(
      await call(test, 'post', '/admin/workspaces', {
        key: accessKey,
        body: { slug: randomUUID(), name: 'X' },
      }),
    );
    const [ofOperator] = await search(`actorId=${operator.id}`);
    expect([ofOperator?.keyId, ofOperator?.kid]).toEqual([operator.keyId, operator.kid]);
    const [ofCoordinator] = await search(`resourceId=${jobId}`);
    expect(ofCoordinator?.kid).toBe(coordinator.key.kid);
    const one = succeed<ShownRecord>(
      await call(test, 'get', `/audit-log/${ofCoordinator?.id}`, { key: test.adminKey }),
    );
    expect(one).toEqual(ofCoordinator);
    expect((await search('actorType=ANONYMOUS')).map(({ kid }) => kid)).toEqual([null, null, null]);
    // The kid of a replaced key is stored nowhere.
    await admin(test, 'post', `/admin/operators/${operator.id}/rotate`);
    expect((await search(`actorId=${operator.id}`))[0]?.kid).toBeNull();
  });

  it('has no scannedTo on a full page, nor on the last', async () => {
    const page = succeed<AuditPage>(await call(test, 'get', '/audit-log?limit=1', { key: test.adminKey }));
    expect([page.items.length, page.scannedTo]).toEqual([1, null]);
    expect(succeed<AuditPage>(await ask('reason=nothing')).scannedTo).toBeNull();
  });

  it.each([
    'sourceIp=nonsense',
    'sourceIp=198.51.100.7/33',
    'sourceIp=198.51.100.7&sourceIp=198.51.100.8',
    `reason=${'a'.repeat(201)}`,
    'reason=a&reason=b',
    'actorType=coordinator',
    'action=job.created&action=nothing',
    'action=',
  ])('refuses %s', async (query) => {
    for (const path of ['/audit-log', '/audit-log/export', '/audit-log/feed']) {
      const { status, body } = await call(test, 'get', `${path}?${query}`, { key: test.adminKey });
      expect([path, status, body.code]).toEqual([path, 400, 'invalid-request']);
    }
  });
});

it('the feed and the export have the same filters', async () => {
  await sealed(jobId);
  const query = `actorType=COORDINATOR&action=job.created&action=job.started&workspaceId=${workspaceId}`;
  const expected = (await search(query)).map(({ id }) => id);
  const feed = await call(test, 'get', `/audit-log/feed?follow=false&${query}`, {
    key: test.adminKey,
    headers: { Accept: 'application/x-ndjson' },
  });
  const ids = (text: string) =>
    [...text.matchAll(/"id":"([^"]+)"/g)]
      .map(([, id]) => id)
      .sort()
      .reverse();
  expect(ids(feed.text)).toEqual(expected);
  const file = await call(test, 'get', `/audit-log/export?${query}`, { key: test.adminKey });
  expect(ids(file.text)).toEqual(expected);
});

/** The ids of the records of a resource, once a checkpoint covers them. */
async function sealed(resourceId: string): Promise<string[]> {
  const of = async (join: string) =>
    (
      await test.database.owner.query<{ id: string }>(
        `SELECT record.id FROM public.audit_log AS record ${join} WHERE resource_id = $1 ORDER BY record.id`,
        [resourceId],
      )
    ).rows.map(({ id }) => id);
  const all = await of('');
  while ((await of('JOIN public.audit_leaves ON record_id = record.id')).length < all.length) await sleep(50);
  return all;
}

describe('proofs', () => {
  it('disclose the values behind the commitments of the leaf', async () => {
    const [id = ''] = await sealed(jobId);
    const { leaf, disclosures } = succeed<InclusionProof>(
      await call(test, 'get', `/audit-log/${id}/proof`, { key: test.adminKey }),
    );
    const bytes = Buffer.from(leaf, 'base64');
    const { sourceIp, userAgent } = disclosures;
    expect(sourceIp?.value).toBe('127.0.0.1');
    expect(userAgent).toBeNull();
    const commitment = createHash('sha256')
      .update(
        Buffer.concat([Buffer.from(sourceIp?.salt ?? '', 'base64'), Buffer.from(sourceIp?.value ?? '')]),
      )
      .digest();
    expect(bytes.includes(commitment)).toBe(true);
  });

  it('of several records are those of each, against one checkpoint', async () => {
    const ids = [...(await sealed(jobId)), ...(await sealed(coordinator.id))];
    const { checkpoint, items } = succeed<InclusionProofs>(
      await call(test, 'get', `/audit-log/proofs?ids=${ids.join()}`, { key: test.adminKey }),
    );
    expect(items.map(({ recordId }) => recordId)).toEqual(ids);
    for (const item of items) {
      const { checkpoint: last, ...one } = succeed<InclusionProof>(
        await call(test, 'get', `/audit-log/${item.recordId}/proof`, { key: test.adminKey }),
      );
      if (last.seq === checkpoint?.seq) expect(item).toEqual(one);
      else expect(item).toMatchObject({ leaf: one.leaf, leafIndex: one.leafIndex });
    }
  });

  it('are missing for records that are unknown or out of reach', async () => {
    const [id = ''] = await sealed(jobId);
    const unknown = randomUUID();
    const { accessKey } = await registerOperator(test, { workspaceIds: [] });
    const ask = (key: string, ids: string[]) =>
      call(test, 'get', `/audit-log/proofs?ids=${ids.join()}`, { key });
    const hidden = succeed<InclusionProofs>(await ask(accessKey, [id, unknown]));
    expect(hidden.items).toEqual([
      { recordId: id, code: 'not-found' },
      { recordId: unknown, code: 'not-found' },
    ]);
    const { items } = succeed<InclusionProofs>(await ask(test.adminKey, [id, unknown]));
    expect(items).toEqual([
      expect.objectContaining({ recordId: id, leafIndex: expect.any(Number) }),
      { recordId: unknown, code: 'not-found' },
    ]);
  });

  it.each(['', 'ids=', 'ids=nonsense', `ids=${Array.from({ length: 101 }, () => randomUUID()).join()}`])(
    'refuse %j',
    async (query) => {
      const { status, body } = await call(test, 'get', `/audit-log/proofs?${query}`, { key: test.adminKey });
      expect([status, body.code]).toEqual([400, 'invalid-request']);
    },
  );
});

it('GET /audit-log/checkpoint-key names the key that signs', async () => {
  await sealed(jobId);
  const { verifierKey, publicKeyPem } = (
    await call(test, 'get', '/audit-log/checkpoint-key', { key: test.adminKey })
  ).body;
  const { note } = (await call(test, 'get', '/audit-log/checkpoints/latest', { key: test.adminKey })).body;
  const key = parseVerifierKey(verifierKey);
  expect(() => openCheckpoint(note, [key])).not.toThrow();
  expect(key.publicKey.export({ type: 'spki', format: 'pem' })).toBe(publicKeyPem);
});
