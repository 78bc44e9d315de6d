import { createHmac, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuedWebhook, Webhook } from '../../src/webhooks/webhook.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { dataDirOf } from '../support/database.js';
import { commentOn, deliverSigned, type ForgeRepository, forgeRepository } from '../support/forge.js';
import { admin, call, createWebhook, listen, registerCoordinator } from '../support/registry.js';
import { makeSite, type Site } from './stitcher-fixture.js';

let test: TestApp;
let site: Site;
let repository: ForgeRepository;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  repository = forgeRepository(site.repository);
});

const comment = () => commentOn(repository);
const ofSite = () => `/admin/coordinators/${site.coordinator.id}/webhooks`;
const list = () => admin<{ items: Webhook[] }>(test, 'get', ofSite());

describe('webhooks', () => {
  it('are created with a secret that is shown once and never stored', async () => {
    const answer = await call(test, 'post', ofSite(), { key: test.adminKey, body: { name: 'github' } });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        webhook: {
          coordinatorId: site.coordinator.id,
          name: 'github',
          path: `/stitcher/webhook/${answer.body.webhook.id}`,
          state: 'ACTIVE',
          expiresAt: null,
        },
        secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    const { webhook, secret } = answer.body as IssuedWebhook;
    expect((await list()).items).toEqual([webhook]);
    expect(JSON.stringify(await list())).not.toContain(secret);
    const rows = await test.database.owner.query(
      'SELECT to_jsonb(w)::text AS row FROM public.coordinator_webhooks AS w WHERE id = $1',
      [webhook.id],
    );
    expect(JSON.stringify(rows.rows)).not.toContain(secret);
  });

  it('have different secrets, each derived from the key and the id', async () => {
    const { webhook, secret } = await createWebhook(test, site.coordinator.id);
    expect((await createWebhook(test, site.coordinator.id)).secret).not.toBe(secret);
    const path = join(dataDirOf(test.database.apiUrl), 'webhook-secret.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    // RFC 5869, written out: extract without a salt, expand to one block.
    const key = Buffer.from(await readFile(path, 'utf8'), 'hex');
    const extracted = createHmac('sha256', Buffer.alloc(32)).update(key).digest();
    const info = `coordinator-registry webhook ${webhook.id}\u0001`;
    expect(createHmac('sha256', extracted).update(info, 'utf8').digest('hex')).toBe(secret);
  });

  it('are recorded without their secrets when they are created, rotated and revoked', async () => {
    const { webhook } = await createWebhook(test, site.coordinator.id, { name: 'gitea' });
    const successor = await admin<IssuedWebhook>(test, 'post', `${ofSite()}/${webhook.id}/rotate`);
    await admin(test, 'delete', `${ofSite()}/${webhook.id}`);
    const records = await recordsWhere(test, "resource_type = 'webhook' AND resource_id = ANY ($1)", [
      [webhook.id, successor.webhook.id],
    ]);
    expect(records.map(({ action, resourceId }) => [action, resourceId]).sort()).toEqual(
      [
        ['webhook.created', webhook.id],
        ['webhook.created', successor.webhook.id],
        ['webhook.deleted', webhook.id],
        ['webhook.rotated', webhook.id],
      ].sort(),
    );
    expect(JSON.stringify(records)).not.toContain(successor.secret);
  });

  it('accept signed deliveries of GitHub and Gitea, as JSON and as a form', async () => {
    const issued = await createWebhook(test, site.coordinator.id);
    const made = await deliverSigned(test, issued, comment());
    expect([made.status, made.body]).toEqual([
      202,
      { jobId: expect.any(String), status: 'PENDING', queueName: 'issue' },
    ]);
    const form = await deliverSigned(
      test,
      issued,
      { ...comment(), issue: { number: 2, state: 'open', title: 'a & b = ü+%' } },
      { form: true },
    );
    expect(form.status).toBe(202);
    const body = JSON.stringify({ ...comment(), issue: { number: 3, is_locked: false } });
    const digits = createHmac('sha256', issued.secret).update(body).digest('hex');
    const gitea = await test
      .http()
      .post(issued.webhook.path)
      .set({
        'Content-Type': 'application/json',
        'X-Gitea-Event': 'issue_comment',
        'X-Gitea-Signature': digits,
      })
      .send(body);
    expect(gitea.status).toBe(202);
    const [record] = await recordsWhere(test, "action = 'job.created' AND resource_id = $1", [
      made.body.jobId,
    ]);
    expect(record).toMatchObject({ actorId: site.coordinator.id, keyId: issued.webhook.id });
  });

  it('ignore other events without parsing them, after the signature is checked', async () => {
    const issued = await createWebhook(test, site.coordinator.id);
    const ping = await deliverSigned(test, issued, 'no JSON at all', { event: 'ping' });
    expect([ping.status, ping.body]).toEqual([200, { ignored: true, reason: 'this event starts no work' }]);
    const { apiKey: _, ...without } = await registerCoordinator(test, { permissions: ['jobs:read'] });
    const refused = await deliverSigned(test, await createWebhook(test, without.id), {}, { event: 'ping' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'permission-missing' } });
  });

  it('answer 400 for the body of the bot', async () => {
    const issued = await createWebhook(test, site.coordinator.id);
    const body = JSON.stringify({ action: 'assigned', repository: site.repository, issueNumber: 1 });
    const signature = `sha256=${createHmac('sha256', issued.secret).update(body).digest('hex')}`;
    const answer = await call(test, 'post', issued.webhook.path, {
      body,
      headers: { 'X-Hub-Signature-256': signature },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it('accept both secrets during the overlap of a rotation', async () => {
    const old = await createWebhook(test, site.coordinator.id);
    const path = `${ofSite()}/${old.webhook.id}/rotate`;
    const next = await admin<IssuedWebhook>(test, 'post', path, { overlapSeconds: 3_600 });
    expect(next.webhook).toMatchObject({ predecessorId: old.webhook.id, state: 'ACTIVE' });
    expect((await deliverSigned(test, old, comment())).status).toBe(202);
    expect((await deliverSigned(test, next, comment())).status).toBe(200);
    const last = await admin<IssuedWebhook>(test, 'post', path, { overlapSeconds: 0 });
    expect(await deliverSigned(test, old, comment())).toMatchObject({
      status: 401,
      body: { code: 'key-expired' },
    });
    expect((await deliverSigned(test, last, comment())).status).toBe(200);
    expect(await call(test, 'post', path, { key: test.adminKey })).toMatchObject({
      status: 409,
      body: { code: 'illegal-transition', currentStatus: 'EXPIRED' },
    });
  });

  it('answer 401 after revocation, and when their coordinator is suspended or deleted', async () => {
    const revoked = await createWebhook(test, site.coordinator.id);
    for (let again = 0; again < 2; again++) {
      const { status } = await call(test, 'delete', `${ofSite()}/${revoked.webhook.id}`, {
        key: test.adminKey,
      });
      expect(status).toBe(204);
    }
    expect(await deliverSigned(test, revoked, comment())).toMatchObject({ body: { code: 'key-revoked' } });
    const issued = await createWebhook(test, site.coordinator.id);
    const coordinator = `/admin/coordinators/${site.coordinator.id}`;
    await admin(test, 'patch', coordinator, { status: 'SUSPENDED' });
    expect(await deliverSigned(test, issued, comment())).toMatchObject({
      status: 403,
      body: { code: 'coordinator-suspended' },
    });
    await admin(test, 'patch', coordinator, { status: 'ACTIVE', allowedNetworks: ['203.0.113.0/24'] });
    expect(await deliverSigned(test, issued, comment())).toMatchObject({
      status: 403,
      body: { code: 'network-forbidden' },
    });
    await admin(test, 'delete', coordinator);
    expect(await deliverSigned(test, issued, comment())).toMatchObject({ body: { code: 'key-revoked' } });
  });

  it('count against the rate limit of their coordinator', async () => {
    const issued = await createWebhook(test, site.coordinator.id);
    await admin(test, 'patch', `/admin/coordinators/${site.coordinator.id}`, { rateLimitPerMinute: 2 });
    const answers = [];
    for (let at = 0; at < 3; at++) answers.push(await deliverSigned(test, issued, comment()));
    expect(answers.map(({ status }) => status)).toEqual([202, 200, 429]);
    expect(answers[0]?.headers['ratelimit-limit']).toBe('2');
  });

  it('answer 403 for a repository that is unknown or belongs to another workspace', async () => {
    const issued = await createWebhook(test, site.coordinator.id);
    const other = await makeSite(test);
    for (const name of [other.repository, `acme/${randomUUID()}`]) {
      const answer = await deliverSigned(test, issued, commentOn(forgeRepository(name)));
      expect(answer).toMatchObject({ status: 403, body: { code: 'repository-forbidden' } });
    }
  });

  it('answer 404 under the path of another coordinator', async () => {
    const { webhook } = await createWebhook(test, site.coordinator.id);
    const other = await registerCoordinator(test);
    const path = `/admin/coordinators/${other.id}/webhooks/${webhook.id}`;
    for (const [method, at] of [
      ['delete', path],
      ['post', `${path}/rotate`],
    ] as const) {
      expect(await call(test, method, at, { key: test.adminKey })).toMatchObject({ status: 404 });
    }
    expect((await list()).items).toMatchObject([{ id: webhook.id, state: 'ACTIVE' }]);
  });
});
