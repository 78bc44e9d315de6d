import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { CommandLine } from '../support/command-line.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import { close, forgeKey, kidOf, listen, registerOperator, type TestOperator } from '../support/registry.js';
import { freePort } from '../support/server-process.js';

const PROFILES = '.config/coordinator-registry/profiles.json';

describe('access key of the command line', () => {
  let test: TestApp;
  let url: string;
  let auditor: TestOperator;
  let cli: CommandLine;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
    auditor = await registerOperator(test, { role: 'AUDITOR', workspaceIds: null });
  });
  afterAll(() => close(test));

  beforeEach(async () => {
    cli = await CommandLine.open();
  });
  afterEach(async () => {
    await cli.close();
    await FaultyProxy.closeAll();
  });

  /** Who the server says that the command is. */
  const nameWith = async (env: Record<string, string | undefined>, ...args: string[]) => {
    const { code, stdout, stderr } = await cli.run(['status', '--json', ...args], { env });
    return code === 0 ? JSON.parse(stdout).operator.name : { code, stderr: JSON.parse(stderr).detail };
  };
  const login = (key: string, ...args: string[]) =>
    cli.run(['login', '--url', url, ...args], { input: `${key}\n` });

  it('comes from REGISTRY_ACCESS_KEY', async () => {
    expect(await nameWith({ REGISTRY_URL: url, REGISTRY_ACCESS_KEY: test.adminKey })).toBe('test admin');
  });

  it('comes from the file REGISTRY_ACCESS_KEY_FILE', async () => {
    const file = await cli.write('key', `${auditor.accessKey}\n`);
    expect(await nameWith({ REGISTRY_URL: url, REGISTRY_ACCESS_KEY_FILE: file })).toBe(auditor.operator.name);
  });

  it('is refused from both at once, and from a file that is missing', async () => {
    const both = { REGISTRY_URL: url, REGISTRY_ACCESS_KEY: test.adminKey, REGISTRY_ACCESS_KEY_FILE: 'key' };
    expect(await nameWith(both)).toEqual({ code: 2, stderr: expect.stringContaining('both set') });
    expect(await nameWith({ REGISTRY_URL: url, REGISTRY_ACCESS_KEY_FILE: 'none' })).toEqual({
      code: 2,
      stderr: expect.stringContaining('REGISTRY_ACCESS_KEY_FILE cannot be read'),
    });
  });

  it('is stored by login in a file that only its owner may read, and removed by logout', async () => {
    const { code, stdout } = await login(test.adminKey);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(`Signed in to ${url} as test admin, ADMIN.`),
    });
    const path = join(cli.folder, PROFILES);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ default: { url, accessKey: test.adminKey } });
    expect(await nameWith({})).toBe('test admin');
    await cli.text('logout');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({});
    expect(await nameWith({})).toEqual({
      code: 2,
      stderr: expect.stringContaining('There is no access key'),
    });
  });

  it('comes from the profile that is named, also if the environment has one', async () => {
    await login(test.adminKey);
    await login(auditor.accessKey, '--profile', 'audit');
    expect(await nameWith({}, '--profile', 'audit')).toBe(auditor.operator.name);
    expect(await nameWith({ REGISTRY_ACCESS_KEY: test.adminKey }, '--profile', 'audit')).toBe(
      auditor.operator.name,
    );
    expect(await nameWith({})).toBe('test admin');
    expect(await nameWith({}, '--profile', 'none')).toEqual({
      code: 2,
      stderr: expect.stringContaining('There is no profile none'),
    });
  });

  it('is not stored if the server refuses it', async () => {
    const { code, stderr } = await login(forgeKey('cro_'));
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('401 invalid-credential') });
    await expect(stat(join(cli.folder, PROFILES))).rejects.toThrow('ENOENT');
  });

  it('is not read from a profile that others may read', async () => {
    await cli.write(PROFILES, JSON.stringify({ default: { url, accessKey: test.adminKey } }), 0o640);
    expect(await nameWith({})).toEqual({ code: 2, stderr: expect.stringContaining('chmod 600') });
  });

  it.each(['', '{', '[]x', '{"default":{"url":"http://127.0.0.1"}}', 'null'])(
    'is not read from the damaged profile %j, whose text no message has',
    async (text) => {
      await cli.write(PROFILES, text);
      expect(await nameWith({})).toEqual({
        code: 2,
        stderr: expect.stringMatching(
          /^\S+profiles\.json is damaged\. Remove it, and run: coordinator-registry login$/,
        ),
      });
    },
  );

  it('of a profile is sent to no other server', async () => {
    const sent: string[] = [];
    const other = createServer((request, answer) => {
      sent.push(String(request.headers.authorization));
      answer.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      await login(test.adminKey);
      const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      const refused = { code: 2, stderr: expect.stringContaining(`is not sent to ${elsewhere}`) };
      expect(await nameWith({}, '--url', elsewhere)).toEqual(refused);
      expect(await nameWith({ REGISTRY_URL: elsewhere })).toEqual(refused);
      expect(sent).toEqual([]);
    } finally {
      other.close();
    }
  });

  it.each([
    ['keys', 'revoke', 'KEY'],
    ['jobs', 'show', 'KEY'],
    ['audit', 'query', '--kid', 'KEY'],
    ['audit', 'query', '--kid=KEY'],
    ['workspaces', 'show', 'KEY'],
    ['jobs', 'list', '--limit', 'KEY'],
    ['status', '--profile', 'KEY'],
    ['KEY'],
  ])(
    'as an argument is refused before anything is sent, and no message repeats it: %s %s',
    async (...args) => {
      const secret = forgeKey('crk_');
      const proxy = await FaultyProxy.open(url, () => undefined);
      const { code, stdout, stderr } = await cli.run(
        args.map((it) => it.replace('KEY', secret)),
        { env: { REGISTRY_URL: proxy.url, REGISTRY_ACCESS_KEY: test.adminKey } },
      );
      expect({ code, stdout, requests: proxy.requests }).toEqual({ code: 2, stdout: '', requests: [] });
      expect(stderr).toContain('There is a whole key among the arguments');
      expect(stderr).not.toContain(secret.slice(21));
    },
  );

  it.each(['', ' \n', 'cro_1\ncro_2', 'cro_\u00e9'])('is refused if it is none: %j', async (key) => {
    const file = await cli.write('key', key);
    const refused = {
      code: 2,
      stderr: expect.stringMatching(/^the key (is empty|has a character)/),
    };
    expect(await nameWith({ REGISTRY_URL: url, REGISTRY_ACCESS_KEY_FILE: file })).toEqual(refused);
  });

  it('of a profile that does not exist cannot be removed', async () => {
    const { code, stderr } = await cli.run(['logout', '--profile', 'none']);
    expect({ code, stderr }).toEqual({ code: 4, stderr: 'error: There is no profile none.\n' });
  });

  it('is not stored in the present folder if there is no home', async () => {
    const env = { HOME: '', XDG_CONFIG_HOME: 'relative' };
    const { code, stderr } = await cli.run(['login', '--url', url], { env, input: test.adminKey });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('There is no folder for profiles'),
    });
  });

  it('that the server refuses ends the command with 3', async () => {
    const { code, stderr } = await cli.run(['coordinators', 'list'], {
      env: { REGISTRY_URL: url, REGISTRY_ACCESS_KEY: forgeKey('cro_', kidOf(auditor.accessKey)) },
    });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/^error: 401 invalid-credential: .*\nSign in again with: .*\n$/),
    });
  });

  it('without the permission ends the command with 3, and names it', async () => {
    const { code, stderr } = await cli.run(['coordinators', 'list'], {
      env: { REGISTRY_URL: url, REGISTRY_ACCESS_KEY: auditor.accessKey },
    });
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('system:admin') });
  });

  it('is not needed to say that the server is unreachable, which ends the command with 6', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await cli.run(['status'], {
      env: { REGISTRY_URL: nowhere, REGISTRY_ACCESS_KEY: test.adminKey },
    });
    expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringContaining('ECONNREFUSED') });
  });

  it('is sent again to a server that is overloaded, and stderr says so', async () => {
    let refusals = 2;
    const overloaded = {
      status: 503,
      headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '0' },
      body: JSON.stringify({
        type: '/problems/overloaded',
        title: 'Overloaded',
        status: 503,
        code: 'overloaded',
        detail: 'Try again.',
        requestId: 'r-1',
      }),
    };
    const proxy = await FaultyProxy.open(url, (_, path) => {
      if (path !== '/me' || refusals === 0) return undefined;
      refusals -= 1;
      return overloaded;
    });
    const { code, stdout, stderr } = await cli.run(['status'], {
      env: { REGISTRY_URL: proxy.url, REGISTRY_ACCESS_KEY: test.adminKey },
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('test admin') });
    expect(stderr.match(/GET \/me: 503 overloaded Trying again in/g)).toHaveLength(2);
  });

  it.each(['ftp://127.0.0.1', 'registry', 'http://user:secret@127.0.0.1'])(
    'is not sent to the address %s',
    async (address) => {
      const { code, stderr } = await cli.run(['jobs', 'list', '--url', address], {
        env: { REGISTRY_ACCESS_KEY: test.adminKey },
      });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('address') });
      expect(stderr).not.toContain('secret');
    },
  );
});
