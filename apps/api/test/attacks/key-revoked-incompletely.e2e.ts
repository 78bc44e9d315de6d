import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { membersAtFault } from '../support/audited.js';
import { call, kidOf, listen, registerCoordinator, registerOperator } from '../support/registry.js';

/*
 * Somebody revokes a leaked key and pastes too little or too much of it. A 204 must not make them believe that the key is dead.
 */

const ENVIRONMENT_KEY = 'key-of-the-environment-with-more-than-32-characters';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({
    trustProxy: true,
    environmentKey: { key: ENVIRONMENT_KEY, name: 'environment', workspaceIds: [] },
  });
  await listen(test);
});

afterAll(() => test?.close());

const revoke = (key: string) => call(test, 'post', '/keys/revoke', { body: { key } });
const statusOf = async (key: string) => (await call(test, 'get', '/coordinator/jobs', { key })).status;

describe('POST /keys/revoke with an incomplete key', () => {
  it.each<[what: string, damage: (key: string) => string]>([
    ['three characters are missing at the end', (key) => key.slice(0, -3)],
    ['three characters are missing at the beginning', (key) => key.slice(3)],
    ['the prefix is gone', (key) => key.slice(4)],
    ['the beginning is gone, with a part of the kid', (key) => key.slice(14)],
    ['its underscores are gone', (key) => key.replaceAll('_', '')],
    ['its underscores are encoded', (key) => key.replaceAll('_', '%5F')],
    ['the prefix has a hyphen', (key) => key.replace('_', '-')],
    ['one character is missing in the middle', (key) => key.slice(0, 30) + key.slice(31)],
    ['one character is doubled', (key) => key.slice(0, 30) + key.slice(29)],
    ['the checksum is wrong', (key) => key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')],
    ['a line break is in the middle', (key) => `${key.slice(0, 30)}\n${key.slice(30)}`],
    ['a zero-width space follows', (key) => `${key}\u200b`],
    ['it is quoted', (key) => `"${key}"`],
    ['the header comes with it', (key) => `X-API-Key: ${key}`],
    ['it is in upper case', (key) => key.toUpperCase()],
    ['a second one follows', (key) => `${key} ${key}`],
  ])('answers 400 and keeps the key valid: %s', async (_, damage) => {
    const { apiKey } = await registerCoordinator(test);
    const answer = await revoke(damage(apiKey));
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual(['key']);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('Nothing was revoked') });
    // The answer repeats no part of what may be a secret.
    expect(answer.text).not.toContain(kidOf(apiKey));
    expect(await statusOf(apiKey)).toBe(200);
  });

  it("answers 400 and keeps the key valid: an operator's key without its end", async () => {
    const { accessKey } = await registerOperator(test);
    expect((await revoke(accessKey.slice(0, -3))).status).toBe(400);
    expect((await call(test, 'get', '/audit-log?limit=1', { key: accessKey })).status).toBe(200);
  });
});

describe('POST /keys/revoke with white space around the key', () => {
  it.each([' KEY', 'KEY ', '\tKEY\r\n', '\u00a0KEY\ufeff'])(
    'answers 204 and revokes the key: %j',
    async (pasted) => {
      const { apiKey } = await registerCoordinator(test);
      expect((await revoke(pasted.replace('KEY', apiKey))).status).toBe(204);
      expect(await statusOf(apiKey)).toBe(401);
    },
  );

  it('answers 204 and revokes the environment key', async () => {
    expect(await statusOf(ENVIRONMENT_KEY)).toBe(200);
    expect((await revoke(` ${ENVIRONMENT_KEY}\n`)).status).toBe(204);
    expect(await statusOf(ENVIRONMENT_KEY)).toBe(401);
  });
});
