import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './app-config.js';
import { ConfigurationError } from './configuration.error.js';
import { REPOSITORY_ROOT } from './environment.js';
import { DEFAULTS } from './variables.js';

const KEY = 'k'.repeat(32);

function ed25519(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('has a default for every optional variable', () => {
    expect(loadConfig({}, '/srv')).toEqual({
      nodeEnv: 'development',
      port: 3000,
      host: '127.0.0.1',
      logLevel: 'log',
      trustProxy: false,
      dataDir: '/srv/.data',
      isDataDirSet: false,
      rateLimitPerMinute: 100,
      stitcherBotName: 'mosaic',
      auditReads: false,
    });
  });

  it('lists every problem at once', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      PORT: '80a',
      TRUST_PROXY: 'yes',
      RATE_LIMIT_PER_MINUTE: '0',
      COORDINATOR_API_KEY: 'short',
      COORDINATOR_API_KEY_WORKSPACES: 'one,two',
    });
    expect(problems.map((it) => it.split(' ')[0]).sort()).toEqual([
      'AUDIT_SIGNING_KEY',
      'COORDINATOR_API_KEY',
      'COORDINATOR_API_KEY_WORKSPACES',
      'DATABASE_URL',
      'PORT',
      'RATE_LIMIT_PER_MINUTE',
      'TRUST_PROXY',
      'WEBHOOK_SECRET_KEY',
    ]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://user:hunter2@host/db'],
    ['DATABASE_READ_URL', 'postgresql://user:hunter2@one,two/db'],
    ['REDIS_URL', 'http://user:hunter2@host'],
    ['METRICS_TOKEN', 'hunter2 hunter2'],
    ['AUDIT_SIGNING_KEY', '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----'],
    ['WEBHOOK_SECRET_KEY', 'hunter2'],
    ['STITCHER_BOT_NAME', '@hunter2'],
    ['OIDC_ISSUER', 'https://user:hunter2@id.example.com'],
    ['OIDC_CLIENT_SECRET', 'hunter2 hunter2'],
    ['OIDC_OPERATORS', '[{"hunter2":1}]'],
    ['COORDINATOR_API_KEY', 'hunter2'],
  ])('never repeats the value of %s', (name, value) => {
    const [problem] = problemsOf({ [name]: value });
    expect(problem).toContain(name);
    expect(problem).not.toContain('hunter2');
  });

  it.each([
    ['31 characters', KEY.slice(1)],
    ['513 characters', 'k'.repeat(513)],
    ['0 characters', ''],
    ['a space', `${KEY} `],
    ['a line break', `${KEY}\n`],
    ['the prefix of an issued key', `crk_${KEY}`],
  ])('refuses a COORDINATOR_API_KEY of %s', (_, key) => {
    expect(problemsOf({ COORDINATOR_API_KEY: key })).toHaveLength(1);
  });

  it('accepts a COORDINATOR_API_KEY of 32 characters, with its name and workspaces', () => {
    const id = 'A7C2F3A0-0000-4000-8000-000000000001';
    const { environmentKey } = loadConfig({
      COORDINATOR_API_KEY: KEY,
      COORDINATOR_API_KEY_WORKSPACES: ` ${id}, ${id},`,
    });
    expect(environmentKey).toEqual({ key: KEY, name: 'environment', workspaceIds: [id.toLowerCase()] });
  });

  it.each([
    ['redis://localhost'],
    ['redis://localhost:6379/3'],
    ['rediss://user:p%40ss@[2001:db8::1]:6380/'],
    ['redis://:secret@one:7000', 'redis://two:7000', 'redis://three:7000'],
  ])('accepts REDIS_URL with one server, or with nodes of a cluster: %s', (...urls) => {
    expect(loadConfig({ REDIS_URL: urls.join(', ') }).redisUrls).toEqual(urls);
  });

  it.each([
    'localhost:6379',
    'http://localhost:6379',
    'redis:///0',
    'redis://localhost/zero',
    'redis://localhost?db=1',
    'redis://user:%zz@localhost',
    'redis://one,two',
    'redis://one,',
  ])('refuses REDIS_URL %s', (url) => {
    expect(problemsOf({ REDIS_URL: url })).toEqual([
      expect.stringMatching(/^REDIS_URL must be redis:\/\/user:password@host:port\/number /),
    ]);
  });

  it('counts an empty variable as unset', () => {
    expect(loadConfig({ DATABASE_URL: '', PORT: '', METRICS_TOKEN: '' }, '/srv')).toEqual(
      loadConfig({}, '/srv'),
    );
  });

  it.each<[string, boolean | number | string]>([
    ['true', true],
    ['false', false],
    ['2', 2],
    ['loopback', 'loopback'],
    ['10.0.0.0/8, ::1,loopback', '10.0.0.0/8,::1,loopback'],
  ])('accepts TRUST_PROXY=%s', (text, expected) => {
    expect(loadConfig({ TRUST_PROXY: text }).trustProxy).toBe(expected);
  });

  it.each(['10.0.0.0/33', '10.0.0/8', 'localhost', '-1', ','])('refuses TRUST_PROXY=%s', (text) => {
    expect(problemsOf({ TRUST_PROXY: text })).toHaveLength(1);
  });

  it('accepts the signing key as PEM, as PEM on one line, and as a file', () => {
    const pem = ed25519();
    const directory = mkdtempSync(join(tmpdir(), 'config-'));
    writeFileSync(join(directory, 'key.pem'), pem);
    expect(loadConfig({ AUDIT_SIGNING_KEY: pem }).auditSigningKey).toBe(pem);
    expect(loadConfig({ AUDIT_SIGNING_KEY: pem.replaceAll('\n', '\\n') }).auditSigningKey).toBe(pem);
    expect(loadConfig({ AUDIT_SIGNING_KEY: 'key.pem' }, directory).auditSigningKey).toBe(pem);
  });

  it('refuses a signing key of another kind', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(problemsOf({ AUDIT_SIGNING_KEY: pem })).toHaveLength(1);
    expect(problemsOf({ AUDIT_SIGNING_KEY: 'no/such/file' })).toHaveLength(1);
  });

  it('accepts production with a database and both keys', () => {
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://a@b/c',
      AUDIT_SIGNING_KEY: ed25519(),
      WEBHOOK_SECRET_KEY: 'ab'.repeat(32),
    };
    expect(loadConfig(env).nodeEnv).toBe('production');
  });
});

describe('WEBHOOK_SECRET_KEY', () => {
  it('is 32 bytes, as hex digits or in a file', () => {
    const digits = 'A0'.repeat(32);
    expect(loadConfig({ WEBHOOK_SECRET_KEY: digits }).webhookSecretKey).toEqual(Buffer.alloc(32, 0xa0));
    const folder = mkdtempSync(join(tmpdir(), 'registry-config-'));
    try {
      writeFileSync(join(folder, 'key'), `${digits}\n`);
      const { webhookSecretKey } = loadConfig({ WEBHOOK_SECRET_KEY: 'key' }, folder);
      expect(webhookSecretKey).toEqual(Buffer.alloc(32, 0xa0));
      writeFileSync(join(folder, 'short'), digits.slice(2));
      expect(() => loadConfig({ WEBHOOK_SECRET_KEY: 'short' }, folder)).toThrow(ConfigurationError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('STITCHER_BOT_NAME', () => {
  it.each(['@mosaic', 'mo saic', '-mosaic', 'mosaic-', 'mo/saic', 'x'.repeat(40)])('refuses %j', (name) => {
    expect(() => loadConfig({ STITCHER_BOT_NAME: name })).toThrow(ConfigurationError);
  });

  it('is not case-sensitive', () => {
    expect(loadConfig({ STITCHER_BOT_NAME: 'Mosaic-Bot' }).stitcherBotName).toBe('mosaic-bot');
  });
});

describe('.env.example', () => {
  const text = readFileSync(join(REPOSITORY_ROOT, '.env.example'), 'utf8');

  it('lists every variable, and no other', () => {
    const listed = [...text.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(Object.keys(DEFAULTS).sort());
  });

  it('shows each default', () => {
    const defaults = Object.entries(DEFAULTS).filter(([, value]) => value !== undefined);
    expect({ ...parseEnv(text) }).toEqual(Object.fromEntries(defaults));
  });
});
