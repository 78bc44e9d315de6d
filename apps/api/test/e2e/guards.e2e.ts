import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { CoordinatorAuthGuard } from '../../src/coordinators/authentication/coordinator-auth.guard.js';
import { CoordinatorAuthenticator } from '../../src/coordinators/authentication/coordinator-authenticator.js';
import { HealthController } from '../../src/health/health.controller.js';
import { generateKey, joinKey, parseKey } from '../../src/keys/key.js';
import { OperatorAuthGuard } from '../../src/operators/operator-auth.guard.js';
import { OperatorAuthenticator } from '../../src/operators/operator-authenticator.js';
import { SessionAuthenticator } from '../../src/operators/session-authenticator.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { registerCoordinator, type TestCoordinator } from '../support/registry.js';

const ENVIRONMENT_KEY = 'a-key-of-the-environment,-32-long';
const METRICS_TOKEN = 'the-token-of-the-monitoring,-32-long';

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp({
    environmentKey: { key: ENVIRONMENT_KEY, name: 'legacy', workspaceIds: [] },
    metricsToken: METRICS_TOKEN,
  });
  coordinator = await registerCoordinator(test);
});

afterAll(() => test?.close());

const apiKey = (value: string) => ({ 'X-API-Key': value });
const bearer = (value: string) => ({ Authorization: `Bearer ${value}` });

async function ask(path: string, headers: Record<string, string>): Promise<string> {
  const { status, body } = await test.http().get(path).set(headers);
  return status === 200 ? 'let in' : String(body.code);
}

/** The key with another secret, and the checksum that goes with it. */
function wrong(text: string): string {
  const key = parseKey(text);
  if (key === undefined) throw new Error('no key');
  return joinKey({ ...key, secret: generateKey(key.prefix).secret });
}

/** The key under the other prefix. */
function renamed(text: string): string {
  const key = parseKey(text);
  if (key === undefined) throw new Error('no key');
  return joinKey({ ...key, prefix: key.prefix === 'crk_' ? 'cro_' : 'crk_' });
}

describe('a coordinator route', () => {
  const route = (headers: Record<string, string>) => ask('/coordinator/jobs', headers);

  it('accepts the key of a coordinator in either header', async () => {
    expect(await route(apiKey(coordinator.apiKey))).toBe('let in');
    expect(await route(bearer(coordinator.apiKey))).toBe('let in');
    expect(await route(apiKey(ENVIRONMENT_KEY))).toBe('let in');
    const answer = await test.http().get('/coordinator/jobs').set(apiKey(coordinator.apiKey));
    expect(answer.headers['ratelimit-limit']).not.toBe('600');
  });

  it('answers 401 missing-credential without a credential', async () => {
    expect(await route({})).toBe('missing-credential');
  });

  it('answers the same 401 invalid-credential for all other credentials', async () => {
    for (const headers of [
      apiKey('two words'),
      apiKey('anything'),
      apiKey(generateKey('crk_').key),
      apiKey(wrong(coordinator.apiKey)),
      apiKey(renamed(coordinator.apiKey)),
      apiKey(test.adminKey),
      bearer(test.adminKey),
      apiKey(renamed(test.adminKey)),
      apiKey(`${ENVIRONMENT_KEY}x`),
      { ...apiKey(coordinator.apiKey), ...bearer(coordinator.apiKey) },
    ]) {
      expect(await route(headers)).toBe('invalid-credential');
    }
  });
});

describe('an operator route', () => {
  const route = (headers: Record<string, string>) => ask('/admin/workspaces', headers);

  it('accepts the key of an operator, and uses the rate limit of operators', async () => {
    for (let again = 0; again < 2; again += 1) {
      const { status, headers } = await test.http().get('/admin/workspaces').set(bearer(test.adminKey));
      expect({ status, limit: headers['ratelimit-limit'] }).toEqual({ status: 200, limit: '600' });
    }
  });

  it('answers 401 missing-credential without a credential', async () => {
    expect(await route({})).toBe('missing-credential');
  });

  it('answers the same 401 invalid-credential for all other credentials', async () => {
    for (const headers of [
      apiKey('two words'),
      apiKey(test.adminKey),
      bearer('anything'),
      bearer(generateKey('cro_').key),
      bearer(wrong(test.adminKey)),
      bearer(renamed(test.adminKey)),
      bearer(coordinator.apiKey),
      bearer(renamed(coordinator.apiKey)),
      bearer(ENVIRONMENT_KEY),
    ]) {
      expect(await route(headers)).toBe('invalid-credential');
    }
  });
});

describe('a guard on a route that is declared for another kind of caller', () => {
  const context = new ExecutionContextHost([], HealthController, HealthController.prototype.live);

  it('throws', async () => {
    const coordinators = test.app.get(CoordinatorAuthenticator, { strict: false });
    expect(() => new CoordinatorAuthGuard(coordinators).canActivate(context)).toThrow(
      'not declared for coordinators',
    );
    const operators = test.app.get(OperatorAuthenticator, { strict: false });
    const sessions = test.app.get(SessionAuthenticator, { strict: false });
    await expect(new OperatorAuthGuard(operators, sessions).canActivate(context)).rejects.toThrow(
      'not declared for operators',
    );
  });
});

describe('a monitoring route', () => {
  it('answers 200 on the same machine, and with the token', async () => {
    const texts = await Promise.all(
      [{}, { 'X-Forwarded-For': '192.0.2.1', ...bearer(METRICS_TOKEN) }].map((headers) =>
        test.http().get('/metrics').set(headers),
      ),
    );
    expect(texts.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each([{ 'X-Forwarded-For': '127.0.0.1' }, { Forwarded: 'for=127.0.0.1' }])(
    'answers 401 through a proxy without the token: %j',
    async (forwarded) => {
      expect(await ask('/metrics', forwarded)).toBe('missing-credential');
      for (const headers of [
        bearer(`${METRICS_TOKEN}x`),
        apiKey(METRICS_TOKEN),
        bearer(test.adminKey),
        apiKey('two words'),
      ]) {
        expect(await ask('/metrics', { ...forwarded, ...headers })).toBe('invalid-credential');
      }
    },
  );
});
