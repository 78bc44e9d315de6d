import { randomUUID } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSite } from '../e2e/stitcher-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createWebhook, listen } from '../support/registry.js';

const LONGEST = 26_214_400;

let test: TestApp;
let url: string;
let path: string;
const open: ClientRequest[] = [];

beforeAll(async () => {
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
  url = await test.app.getUrl();
  const { coordinator } = await makeSite(test);
  path = (await createWebhook(test, coordinator.id)).webhook.path;
});

afterAll(async () => {
  for (const it of open) it.destroy();
  await test?.close();
});

/** Sends a delivery with a wrong signature, all but its last byte. Answers its status, or null if it has none after half a second. */
async function hold(address: string, to = path): Promise<number | null> {
  const sent = request(url + to, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': LONGEST,
      'X-GitHub-Event': 'issues',
      'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}`,
      'X-Forwarded-For': address,
    },
  });
  open.push(sent);
  const answered = new Promise<number | null>((resolve) => {
    sent.on('response', (answer) => resolve(answer.statusCode ?? null)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    sent.write(Buffer.alloc(LONGEST - 1), () => resolve());
    void answered.then(() => resolve());
  });
  return await Promise.race([answered, new Promise<null>((resolve) => setTimeout(resolve, 500, null))]);
}

describe('unverified deliveries', () => {
  it('hold at most 64 MiB together, and 32 MiB per network', async () => {
    expect(await hold('198.51.100.1')).toBeNull();
    // The first one holds 25 MiB.
    expect(await hold('198.51.100.1')).toBe(503);
    expect(await hold('198.51.100.2')).toBeNull();
    expect(await hold('198.51.100.3')).toBe(503);
  });

  it('are not read when their webhook id does not exist', async () => {
    expect(await hold('198.51.100.4', `/stitcher/webhook/${randomUUID()}`)).toBe(401);
  });
});
