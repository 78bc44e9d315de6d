import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Coordinator } from '../../src/coordinators/coordinator.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import type { Operator } from '../../src/operators/operator.js';
import type { Webhook } from '../../src/webhooks/webhook.js';
import type { Workspace } from '../../src/workspaces/workspace.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CommandLine } from '../support/command-line.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import {
  admin,
  call,
  close,
  jobRow,
  kidOf,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
} from '../support/registry.js';

interface Page<Item> {
  items: Item[];
}

describe('command line', () => {
  let test: TestApp;
  let cli: CommandLine;
  let workspace: Workspace;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    cli = await CommandLine.open({
      REGISTRY_URL: await test.app.getUrl(),
      REGISTRY_ACCESS_KEY: test.adminKey,
    });
    workspace = await registerWorkspace(test);
  });
  afterAll(async () => {
    await cli.close();
    await FaultyProxy.closeAll();
    await close(test);
  });

  const stored = (id: string) => admin<Coordinator>(test, 'get', `/admin/coordinators/${id}`);
  const keysOf = async (id: string) =>
    (await admin<Page<CoordinatorKey>>(test, 'get', `/admin/coordinators/${id}/keys`)).items;
  const health = async (key: string) => (await call(test, 'get', '/coordinator/health', { key })).status;

  it('creates, changes, lists and shows workspaces', async () => {
    const { id } = await cli.json<Workspace>(
      ...['workspaces', 'create', '--slug', 'shop', '--name', 'The shop', '--max-running', '5'],
      ...['--repository', 'acme/shop', 'acme/web'],
    );
    const of = (slug: string) => admin<Workspace>(test, 'get', `/admin/workspaces/${slug}`);
    expect(await of(id)).toMatchObject({
      slug: 'shop',
      name: 'The shop',
      maxRunning: 5,
      repositories: ['acme/shop', 'acme/web'],
    });
    await cli.text('workspaces', 'update', 'shop', '--max-running', 'none', '--repository', 'none');
    expect(await of(id)).toMatchObject({ slug: 'shop', maxRunning: null, repositories: [] });
    expect(await cli.text('workspaces', 'list', '--search', 'shop')).toMatch(
      new RegExp(`^id +slug +name +running +pending +maxRunning\n${id} +shop +The shop +0 +0 +-\n$`),
    );
    expect(await cli.text('workspaces', 'show', 'shop')).toMatch(/^name +The shop$/m);
  });

  it('registers a coordinator in workspaces by their slugs, with all its settings, and shows its key once', async () => {
    const { coordinator, apiKey } = await cli.json<{ coordinator: Coordinator; apiKey: string }>(
      ...['coordinators', 'register', '--name', 'orchestrator', '--workspace', workspace.slug],
      ...['--permission', 'jobs:read', 'keys:rotate', '--rate-limit', '7', '--max-running', '3'],
      ...['--network', '127.0.0.0/8', '--key-expires', '2099-01-01'],
    );
    expect(await stored(coordinator.id)).toMatchObject({
      name: 'orchestrator',
      workspaceIds: [workspace.id],
      permissions: ['jobs:read', 'keys:rotate'],
      rateLimitPerMinute: 7,
      maxRunning: 3,
      allowedNetworks: ['127.0.0.0/8'],
    });
    expect(await keysOf(coordinator.id)).toMatchObject([
      { kid: kidOf(apiKey), expiresAt: '2099-01-01T00:00:00.000Z' },
    ]);
    expect(await health(apiKey)).toBe(200);
    expect(await cli.text('coordinators', 'show', 'orchestrator')).not.toContain(apiKey);

    await cli.text('coordinators', 'update', 'orchestrator', '--network', 'none', '--max-running', 'none');
    expect(await stored(coordinator.id)).toMatchObject({
      allowedNetworks: [],
      maxRunning: null,
      rateLimitPerMinute: 7,
    });
  });

  it('writes a new key to a file that only its owner may read, and does not show it', async () => {
    const { id, name } = await registerCoordinator(test);
    const output = await cli.text('keys', 'issue', name, '--name', 'second', '--key-file', 'second.key');
    const path = join(cli.folder, 'second.key');
    const text = await readFile(path, 'utf8');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await health(text.trim())).toBe(200);
    expect(output).toMatch(/^apiKey +in second\.key$/m);
    expect(output).not.toContain(text.trim().slice(21));

    const { code, stderr } = await cli.run(['keys', 'issue', name, '--key-file', 'second.key']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('exists already') });
    expect(await readFile(path, 'utf8')).toBe(text);
    expect((await keysOf(id)).map((it) => it.name)).toEqual(['second', null]);
  });

  it('leaves no file if the server refuses to make the key', async () => {
    const { code } = await cli.run([
      ...['coordinators', 'register', '--name', 'orchestrator', '--workspace', workspace.slug],
      ...['--key-file', 'refused.key'],
    ]);
    expect(code).toBe(5);
    await expect(stat(join(cli.folder, 'refused.key'))).rejects.toThrow('ENOENT');
  });

  it('rotates a key with an overlap, and revokes it with its chain', async () => {
    const { id, apiKey } = await registerCoordinator(test);
    const rotated = await cli.json<{ apiKey: string }>(
      ...['keys', 'rotate', kidOf(apiKey), '--overlap-seconds', '600'],
    );
    expect([await health(apiKey), await health(rotated.apiKey)]).toEqual([200, 200]);
    const again = await cli.run(['keys', 'rotate', kidOf(apiKey), '--json']);
    expect({ code: again.code, problem: JSON.parse(again.stderr).code }).toEqual({
      code: 5,
      problem: 'successor-exists',
    });
    await cli.text('--yes', 'keys', 'revoke', kidOf(apiKey), '--chain');
    expect((await keysOf(id)).map(({ state }) => state)).toEqual(['REVOKED', 'REVOKED']);
  });

  it('finds keys of all coordinators by their state and last use', async () => {
    const { apiKey, key, name } = await registerCoordinator(test);
    await cli.text('--yes', 'keys', 'revoke', kidOf(apiKey));
    const found = await cli.text('--json', 'keys', 'find', '--state', 'REVOKED', '--kid', key.kid);
    expect(JSON.parse(found)).toMatchObject({ kid: key.kid, coordinatorName: name, state: 'REVOKED' });
    expect(await cli.text('keys', 'find', '--state', 'ACTIVE', '--kid', key.kid)).toBe('');
  });

  it('revokes a leaked key that it reads from stdin', async () => {
    const { apiKey } = await registerCoordinator(test);
    const { code, stdout, stderr } = await cli.run(['keys', 'report-leaked'], { input: `${apiKey}\n` });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain(apiKey);
    expect(await health(apiKey)).toBe(401);
  });

  it.each(['leave', 'requeue', 'cancel'] as const)(
    'suspends a coordinator with --runs %s, and resumes it',
    async (runs) => {
      const coordinator = await registerCoordinator(test);
      const { id: job } = await startJob(test, coordinator);
      await cli.text('--yes', 'coordinators', 'suspend', coordinator.name, '--runs', runs);
      expect(await stored(coordinator.id)).toMatchObject({ status: 'SUSPENDED' });
      expect(await jobRow(test, job)).toMatchObject({
        status: { leave: 'RUNNING', requeue: 'PENDING', cancel: 'CANCELLED' }[runs],
      });
      await cli.text('coordinators', 'resume', coordinator.name);
      expect(await stored(coordinator.id)).toMatchObject({ status: 'ACTIVE' });
    },
  );

  it('deletes a coordinator only after a confirmation, and then for good', async () => {
    const { id, name, apiKey } = await registerCoordinator(test);
    const { code, stderr } = await cli.run(['coordinators', 'delete', name]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Confirm with --yes.') });
    expect(await health(apiKey)).toBe(200);
    await cli.text('coordinators', 'delete', name, '--yes');
    expect(await health(apiKey)).toBe(401);
    expect((await call(test, 'get', `/admin/coordinators/${id}`, { key: test.adminKey })).status).toBe(404);
  });

  it('creates, rotates and revokes webhooks', async () => {
    const { id, name } = await registerCoordinator(test);
    const created = await cli.json<{ webhook: Webhook; secret: string }>(
      ...['webhooks', 'create', name, '--name', 'github'],
    );
    expect(created.secret).toMatch(/^[0-9a-f]{64}$/);
    const rotated = await cli.json<{ webhook: Webhook }>(
      ...['webhooks', 'rotate', name, created.webhook.id, '--overlap-seconds', '60'],
    );
    await cli.text('--yes', 'webhooks', 'revoke', name, rotated.webhook.id);
    const { items } = await admin<Page<Webhook>>(test, 'get', `/admin/coordinators/${id}/webhooks`);
    expect(items.map(({ state, predecessorId }) => ({ state, predecessorId }))).toEqual([
      { state: 'REVOKED', predecessorId: created.webhook.id },
      { state: 'ACTIVE', predecessorId: null },
    ]);
    expect(await cli.text('webhooks', 'list', name)).toMatch(
      new RegExp(`^${created.webhook.id} +github +ACTIVE`, 'm'),
    );
  });

  it('creates, changes, rotates and deletes operators', async () => {
    const { operator, accessKey } = await cli.json<{ operator: Operator; accessKey: string }>(
      ...['operators', 'create', '--name', 'Ada', '--role', 'AUDITOR', '--workspace', workspace.slug],
    );
    const of = () => admin<Operator>(test, 'get', `/admin/operators/${operator.id}`);
    expect(await of()).toMatchObject({ name: 'Ada', role: 'AUDITOR', workspaceIds: [workspace.id] });
    await cli.text(
      ...['operators', 'update', 'Ada', '--role', 'OPERATOR', '--workspace', 'all'],
      ...['--key-expires', '2099-01-01T00:00:00Z', '--network', '127.0.0.1/32'],
    );
    expect(await of()).toMatchObject({
      role: 'OPERATOR',
      workspaceIds: null,
      keyExpiresAt: '2099-01-01T00:00:00.000Z',
      allowedNetworks: ['127.0.0.1/32'],
    });
    const rotated = await cli.json<{ accessKey: string }>('--yes', 'operators', 'rotate', 'Ada');
    const me = async (key: string) => (await call(test, 'get', '/me', { key })).status;
    expect([await me(accessKey), await me(rotated.accessKey)]).toEqual([401, 200]);
    expect(await cli.text('operators', 'list', '--role', 'OPERATOR')).toMatch(/ Ada +OPERATOR /);
    await cli.text('--yes', 'operators', 'delete', 'Ada');
    expect((await call(test, 'get', `/admin/operators/${operator.id}`, { key: test.adminKey })).status).toBe(
      404,
    );
  });

  it('lists as many items as asked for, over all pages', async () => {
    const inThere = await registerWorkspace(test);
    for (let each = 0; each < 3; each += 1) await registerCoordinator(test, { workspaceIds: [inThere.id] });
    const lines = async (limit: string) =>
      (await cli.text('--json', 'coordinators', 'list', '--limit', limit)).split('\n').filter(Boolean).length;
    expect([await lines('0'), await lines('1'), await lines('3')]).toEqual([0, 1, 3]);
    const ofPeople = async (limit: string) =>
      (await cli.run(['coordinators', 'list', '--limit', limit])).stderr;
    expect(await ofPeople('1')).toBe('There are more than 1. See them with a larger --limit.\n');
    expect(await ofPeople('1000')).toBe('');
  });

  it('shows an OPERATOR what it may see of a workspace', async () => {
    const { accessKey } = await registerOperator(test, { workspaceIds: [workspace.id] });
    const env = { REGISTRY_ACCESS_KEY: accessKey };
    const shown = await cli.run(['workspaces', 'show', workspace.slug], { env });
    expect(shown).toEqual({ code: 0, stderr: '', stdout: expect.stringContaining(workspace.slug) });
    const other = await registerWorkspace(test);
    expect((await cli.run(['workspaces', 'show', other.slug], { env })).code).toBe(4);
  });

  it('says that a new key is lost if it cannot be shown', async () => {
    const { id, name } = await registerCoordinator(test);
    const issuing = cli.start(['keys', 'issue', name]);
    issuing.child.stdout?.destroy();
    const { code, stderr } = await issuing.ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('apiKey could not be shown, and is lost. Rotate or revoke it.'),
    });
    expect(await keysOf(id)).toHaveLength(2);
  });

  it('leaves no file of a key if it is interrupted', async () => {
    const proxy = await FaultyProxy.open(await test.app.getUrl(), (method) =>
      // The answer says that nothing was done, and asks to wait for 5 s. The command repeats a request for 10 s, so it waits.
      method === 'POST'
        ? {
            status: 503,
            headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '5' },
            body: JSON.stringify({ status: 503, code: 'overloaded', requestId: 'r' }),
          }
        : undefined,
    );
    const { name } = await registerCoordinator(test);
    const issuing = cli.start(['keys', 'issue', name, '--key-file', 'interrupted.key'], {
      env: { REGISTRY_URL: proxy.url },
    });
    // The command says that it waits.
    await new Promise((resolve) => issuing.child.stderr?.once('data', resolve));
    issuing.child.kill('SIGINT');
    expect((await issuing.ended).code).toBe(130);
    await expect(stat(join(cli.folder, 'interrupted.key'))).rejects.toThrow('ENOENT');
  });

  it.each([
    [['coordinators', 'show', 'nobody'], { code: 'not-found', detail: 'There is no coordinator nobody.' }],
    [['jobs', 'list', '--stauts', 'x'], { code: 'usage', detail: expect.stringContaining('--stauts') }],
    [['coordinators', 'delete', 'x', '--limit'], { code: 'usage', detail: expect.any(String) }],
    [['workspaces', 'create', '--slug', 'A', '--name', ''], { code: 'invalid-request', status: 400 }],
  ])('gives scripts each error as one line of JSON: %j', async (args, error) => {
    const { stdout, stderr } = await cli.run([...args, '--json']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject(error);
  });

  it('ends with 6 for a page of a proxy, and with 2 for an address with a path', async () => {
    const page = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' };
    const proxy = await FaultyProxy.open(await test.app.getUrl(), () => page);
    const listing = cli.run(['workspaces', 'list'], { env: { REGISTRY_URL: proxy.url } });
    const tailing = cli.run(['audit', 'tail', '--no-follow'], { env: { REGISTRY_URL: proxy.url } });
    const args = ['audit', 'export', '--output', 'page.ndjson'];
    const exporting = cli.run(args, { env: { REGISTRY_URL: proxy.url } });
    for (const { code, stdout, stderr } of await Promise.all([listing, tailing, exporting])) {
      expect({ code, stdout, stderr }).toEqual({
        code: 6,
        stdout: '',
        stderr: expect.stringContaining('not from a Coordinator Registry'),
      });
    }
    await expect(stat(join(cli.folder, 'page.ndjson'))).rejects.toThrow('ENOENT');
    const env = { REGISTRY_URL: `${await test.app.getUrl()}/elsewhere` };
    const { code, stderr } = await cli.run(['workspaces', 'list'], { env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Is the address right?') });
  });

  it.each([
    ['workspaces', 'show', 'nowhere'],
    ['coordinators', 'show', 'nobody'],
    ['coordinators', 'show', '0198c0de-7a3b-7c11-9d2e-5f60718293a4'],
    ['operators', 'show', 'nobody'],
    ['keys', 'rotate', '0000000000000000'],
    ['coordinators', 'register', '--name', 'x', '--workspace', 'nowhere'],
  ])('ends with 4 for %s %s %s', async (...args) => {
    const { code, stdout } = await cli.run(args);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  });

  it.each([
    [['coordinatrs'], '(Did you mean coordinators?)'],
    [['jobs', 'cancle'], '(Did you mean cancel?)'],
    [['jobs', 'list', '--stauts', 'FAILED'], '(Did you mean --status?)'],
    [
      ['jobs', 'list', '--status', 'DONE'],
      'Allowed choices are PENDING, RUNNING, COMPLETED, FAILED, CANCELLED.',
    ],
    [['jobs', 'list', '--limit', '-1'], 'It must be a whole number.'],
    [['jobs', 'list', '--created-after', 'yesterday'], 'It must be a time'],
    [
      ['coordinators', 'register', '--name', 'x'],
      "required option '--workspace <workspace...>' not specified",
    ],
    [['coordinators', 'update', 'orchestrator', '--rate-limit', '0'], 'rateLimitPerMinute must be'],
  ])('ends with 2 for %j, and says what is wrong', async (args, text) => {
    const { code, stdout, stderr } = await cli.run(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(text) });
  });
});
