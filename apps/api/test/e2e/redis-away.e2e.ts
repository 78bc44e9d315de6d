import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, listen, registerCoordinator } from '../support/registry.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({ redisUrls: ['redis://:secret@127.0.0.1:1'] });
  await listen(test);
});

afterAll(() => test?.close());

describe('a server that starts without its Redis', () => {
  it('limits alone', async () => {
    const { apiKey: key } = await registerCoordinator(test, { rateLimitPerMinute: 100 });
    const answers = await Promise.all(
      Array.from({ length: 130 }, () => call(test, 'get', '/coordinator/health', { key })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it('is ready, but degraded', async () => {
    const { body } = await test.http().get('/health/ready').expect(200);
    expect(body).toEqual({
      status: 'degraded',
      checks: { database: 'ok', sealing: 'ok', redis: 'unavailable' },
    });
  });

  it('says so in its metrics', async () => {
    const { text } = await test.http().get('/metrics').expect(200);
    expect(text).toMatch(/^rate_limit_shared 0$/m);
    expect(text).toMatch(/^rate_limit_counted_alone_total [1-9]/m);
  });
});
