import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ConsoleAssets } from '../../src/console/console-assets.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, listen } from '../support/registry.js';

/*
 * The console as the server sends it: its page, its files, and its policy. apps/console/test tests what it does.
 */

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const get = (path: string, headers: Record<string, string> = {}) => call(test, 'get', path, { headers });

async function assetNames(): Promise<string[]> {
  const { text } = await get('/console');
  return [...text.matchAll(/(?:src|href)="\/console\/assets\/([^"]+)"/g)].map(([, name]) => name ?? '');
}

describe('the page of the console', () => {
  it.each([
    '/console',
    '/console/',
    '/console/jobs',
    '/console/jobs/0198c0de?tab=raw',
    '/console/no/such/page',
  ])('is the answer to %s, and is not stored', async (path) => {
    const { status, headers, text } = await get(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(text).toContain('<div id="root">');
  });

  it('has a nonce that no other answer has, and a policy that allows nothing else', async () => {
    const nonces = new Set<string>();
    for (let at = 0; at < 3; at += 1) {
      const { headers, text } = await get('/console');
      const [, nonce = ''] = /nonce="([^"]+)"/.exec(text) ?? [];
      expect(nonce).toMatch(/^[\w+/]{24}$/);
      expect(text).not.toContain('__CSP_NONCE__');
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      );
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it('has no script of its own: each comes from a file', async () => {
    const { text } = await get('/console');
    expect([...text.matchAll(/<script\b[^>]*>([^<]*)<\/script>/g)].map(([, code]) => code)).toEqual(['']);
    expect(text).not.toMatch(/\son\w+=/);
  });
});

describe('a file of the console', () => {
  it('is compressed for a browser that takes that, and may be kept for ever', async () => {
    const names = await assetNames();
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const small = await fetch(`${await base()}/console/assets/${name}`, {
        headers: { 'accept-encoding': 'gzip' },
      });
      const plain = await get(`/console/assets/${name}`, { 'Accept-Encoding': 'identity' });
      expect([name, small.status, plain.status]).toEqual([name, 200, 200]);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(small.headers.get('content-encoding')).toBe('gzip');
      for (const cache of [small.headers.get('cache-control'), plain.headers['cache-control']]) {
        expect(cache).toBe('public, max-age=31536000, immutable');
      }
      expect(plain.headers.vary).toBe('accept-encoding');
    }
  });

  it('is not compressed for a client that refuses that', async () => {
    const [name = ''] = await assetNames();
    for (const encoding of ['identity', 'br', 'gzip;q=0', 'deflate, gzip;q=0.0']) {
      const { headers } = await get(`/console/assets/${name}`, { 'Accept-Encoding': encoding });
      expect([encoding, headers['content-encoding']]).toEqual([encoding, undefined]);
    }
  });

  it.each([
    'missing.js',
    'index.html',
    '..%2findex.html',
    '..%2f..%2fpackage.json',
    'index.js.map',
    '__proto__',
  ])('is 404 if there is none of this exact name: %s', async (name) => {
    const { status, body } = await get(`/console/assets/${name}`);
    expect([status, body.code]).toEqual([404, 'not-found']);
  });
});

describe('without a built console', () => {
  it('the start says so, and there is no page', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'no-console-'));
    const said: unknown[] = [];
    Logger.overrideLogger({
      log: () => undefined,
      error: (line) => said.push(line),
      warn: (line) => said.push(line),
    });
    try {
      const assets = new ConsoleAssets();
      await assets.load(folder);
      expect(assets.page()).toBeUndefined();
      expect(said).toEqual(['The console is not built, so /console answers 404. To build it: npm run build']);
    } finally {
      Logger.overrideLogger(false);
      await rm(folder, { recursive: true });
    }
  });
});

async function base(): Promise<string> {
  return await test.app.getUrl();
}
