import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuedWebhook } from '../../src/webhooks/webhook.js';
import { cancelJob, jobsOf, makeSite, type Site } from '../e2e/stitcher-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { commentOn, deliverSigned, forgeRepository } from '../support/forge.js';
import { admin, createWebhook, listen } from '../support/registry.js';

let test: TestApp;
let site: Site;
let issued: IssuedWebhook;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  issued = await createWebhook(test, site.coordinator.id);
});

describe('replayed delivery', () => {
  it('returns its first job, under any delivery id, and after that job has ended', async () => {
    const body = commentOn(forgeRepository(site.repository));
    const { jobId } = (await deliverSigned(test, issued, body)).body;
    for (let round = 0; round < 2; round++) {
      const again = await deliverSigned(test, issued, body, { deliveryId: randomUUID() });
      expect([again.status, again.body]).toMatchObject([200, { duplicate: true, jobId, triggerCount: 0 }]);
      if (round === 0) await cancelJob(test, site, jobId);
    }
    expect(await jobsOf(test, site)).toMatchObject([{ id: jobId, triggers: [], triggerCount: 0 }]);
  });

  it('sent 16 times at once creates one job, and adds no trigger to it', async () => {
    const body = commentOn(forgeRepository(site.repository));
    const answers = await Promise.all(Array.from({ length: 16 }, () => deliverSigned(test, issued, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(15).fill(200), 202]);
    expect(await jobsOf(test, site)).toMatchObject([{ triggerCount: 0 }]);
  });

  it('to a revoked webhook gets 401 key-revoked', async () => {
    const body = commentOn(forgeRepository(site.repository));
    await deliverSigned(test, issued, body);
    await admin(test, 'delete', `/admin/coordinators/${site.coordinator.id}/webhooks/${issued.webhook.id}`);
    expect(await deliverSigned(test, issued, body)).toMatchObject({
      status: 401,
      body: { code: 'key-revoked' },
    });
  });

  it('gets 403 repository-forbidden after the coordinator has lost the workspace', async () => {
    const body = commentOn(forgeRepository(site.repository));
    await deliverSigned(test, issued, body);
    await admin(test, 'patch', `/admin/coordinators/${site.coordinator.id}`, { workspaceIds: [] });
    expect(await deliverSigned(test, issued, body)).toMatchObject({
      status: 403,
      body: { code: 'repository-forbidden' },
    });
  });
});
