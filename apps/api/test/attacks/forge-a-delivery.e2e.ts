import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuedWebhook } from '../../src/webhooks/webhook.js';
import { jobsOf, makeSite, type Site } from '../e2e/stitcher-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { commentOn, deliverSigned, type ForgeRepository, forgeRepository } from '../support/forge.js';
import { createWebhook, listen, signatureOf } from '../support/registry.js';

let test: TestApp;
let site: Site;
let issued: IssuedWebhook;
let repository: ForgeRepository;
let address = 0;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  issued = await createWebhook(test, site.coordinator.id);
  repository = forgeRepository(site.repository);
  address += 1;
});

const here = () => `198.51.100.${address}`;
const comment = () => commentOn(repository);

/** A delivery whose signature headers are these. */
function forge(
  signatures: Record<string, string | string[]>,
  path = issued.webhook.path,
  body = JSON.stringify(comment()),
) {
  return test
    .http()
    .post(path)
    .set({ 'Content-Type': 'application/json', 'X-GitHub-Event': 'issue_comment', 'X-Forwarded-For': here() })
    .set(signatures as Record<string, string>)
    .send(body);
}

describe('forged delivery', () => {
  it('gets the same 401 for every fault of the signature, and creates no job', async () => {
    const body = JSON.stringify(comment());
    const right = signatureOf(body, issued.secret);
    const digits = right.slice('sha256='.length);
    const other = await createWebhook(test, site.coordinator.id);
    const sha1 = createHmac('sha1', issued.secret).update(body).digest('hex');
    const asBytes = createHmac('sha256', Buffer.from(issued.secret, 'hex')).update(body).digest('hex');
    const wrong: Record<string, string | string[]>[] = [
      { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` },
      { 'X-Hub-Signature-256': digits },
      { 'X-Hub-Signature-256': `sha1=${sha1}` },
      { 'X-Hub-Signature-256': `sha256=${digits.slice(0, 62)}` },
      { 'X-Hub-Signature-256': `${right}00` },
      { 'X-Hub-Signature-256': '' },
      { 'X-Hub-Signature-256': [right, right] },
      { 'X-Hub-Signature-256': `sha256=${asBytes}` },
      { 'X-Hub-Signature-256': signatureOf(`${body} `, issued.secret) },
      { 'X-Hub-Signature-256': signatureOf(body, other.secret) },
      { 'X-Hub-Signature-256': signatureOf(body, '') },
      // both are there: both have to be right
      { 'X-Hub-Signature-256': right, 'X-Gitea-Signature': '0'.repeat(64) },
      { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}`, 'X-Gitea-Signature': digits },
    ];
    const texts = new Set<string>();
    for (const headers of wrong) {
      const answer = await forge({ ...headers, 'X-Request-Id': 'same' }, issued.webhook.path, body);
      expect([headers, answer.status, answer.body.code]).toEqual([headers, 401, 'invalid-credential']);
      texts.add(answer.text);
    }
    const unknown = `/stitcher/webhook/${randomUUID()}`;
    for (const path of [unknown, other.webhook.path, '/stitcher/webhook/nothing']) {
      const answer = await forge({ 'X-Hub-Signature-256': right, 'X-Request-Id': 'same' }, path, body);
      expect([path, answer.status]).toEqual([path, 401]);
      texts.add(answer.text);
    }
    expect(texts.size).toBe(1);
    const unsigned = await forge({ 'X-Hub-Signature': `sha1=${sha1}` }, issued.webhook.path, body);
    expect(unsigned).toMatchObject({ status: 401, body: { code: 'missing-credential' } });
    expect(await jobsOf(test, site)).toEqual([]);
    expect(
      (await forge({ 'X-Hub-Signature-256': right, 'X-Gitea-Signature': digits }, issued.webhook.path, body))
        .status,
    ).toBe(202);
  });

  it('gets 401 before its body is parsed', async () => {
    const answer = await forge(
      { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` },
      issued.webhook.path,
      '{"broken',
    );
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credential' } });
    const right = await deliverSigned(test, issued, '{"broken');
    expect(right).toMatchObject({ status: 400, body: { code: 'malformed-json' } });
  });

  it('is recorded with its address, and gets 429 after 30 a minute; deliveries of the forge still get 202', async () => {
    const wrong = { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` };
    const answers = [];
    for (let at = 0; at < 32; at++) answers.push((await forge(wrong)).status);
    expect(answers).toEqual([...Array(30).fill(401), 429, 429]);
    const headers = { 'X-Forwarded-For': here() };
    expect((await deliverSigned(test, issued, comment(), { headers })).status).toBe(202);
    const recorded = async () => {
      const { rows } = await test.database.owner.query<{ reason: string }>(
        `SELECT reason FROM public.audit_log
         WHERE actor_type = 'ANONYMOUS' AND source_ip = $1::inet ORDER BY reason`,
        [here()],
      );
      return rows.map(({ reason }) => reason);
    };
    while ((await recorded()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await recorded()).toEqual(['invalid-credential', 'too-many-failures']);
  });

  it('with an unknown id gets 401 and then 429, before its body is sent', async () => {
    const answers = [];
    for (let at = 0; at < 32; at++) {
      const path = `/stitcher/webhook/${randomUUID()}`;
      answers.push((await forge({ 'X-Hub-Signature-256': signatureOf('{}', 'x') }, path, '{}')).status);
    }
    expect(answers).toEqual([...Array(30).fill(401), 429, 429]);
    // A known id is looked up all the same.
    const headers = { 'X-Forwarded-For': here() };
    expect((await deliverSigned(test, issued, comment(), { headers })).status).toBe(202);
  });
});
