import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, listen } from '../support/registry.js';

/*
 * The policy of each kind of answer, written out: a directive that is dropped or widened shows here.
 */

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const DATA = "default-src 'none'; frame-ancestors 'none'";
const PAGE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
const DOCS =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const get = (path: string, headers: Record<string, string> = {}) => call(test, 'get', path, { headers });

describe('security headers', () => {
  it.each<[what: string, policy: string, ask: () => Promise<Response>]>([
    ['a JSON response', DATA, () => get('/health/live')],
    ['a list', DATA, () => call(test, 'get', '/admin/workspaces', { key: test.adminKey })],
    ['a refusal', DATA, () => get('/coordinator/jobs')],
    ['a path that does not exist', DATA, () => get('/nothing')],
    ['a body that cannot be read', DATA, () => call(test, 'post', '/keys/revoke', { body: '{' })],
    ['openapi.json', DATA, () => get('/openapi.json')],
    ['a problem page as JSON', DATA, () => get('/problems/not-found', { Accept: 'application/json' })],
    ['a problem page', PAGE, () => get('/problems/not-found', { Accept: 'text/html' })],
    ['the page /docs', DOCS, () => get('/docs')],
    ['a script of /docs', DATA, () => get('/docs/start.js')],
  ])('are sent with %s', async (_, policy, ask) => {
    const { headers } = await ask();
    expect(headers['content-security-policy']).toBe(policy);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });
});
