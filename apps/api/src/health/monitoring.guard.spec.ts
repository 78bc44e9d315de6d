import { describe, expect, it } from '@jest/globals';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { accessOf } from '../common/access/access.js';
import type { PresentedCredential } from '../common/http/credential.js';
import { RequestRules } from '../common/http/request-rules.js';
import { loadConfig } from '../config/app-config.js';
import { MonitoringAccess, MonitoringGuard } from './monitoring.guard.js';

const TOKEN = 'the-token-of-the-monitoring,-32-long';
const ELSEWHERE = '192.0.2.1';

interface Asked {
  remoteAddress?: string | undefined;
  headers?: Record<string, string>;
  credential?: PresentedCredential;
  metricsToken?: string;
}

/** Whether the guard lets the request in; it throws where it does not. */
function ask({ remoteAddress, headers = {}, credential = { kind: 'none' }, metricsToken }: Asked): boolean {
  const guard = new MonitoringGuard({
    ...loadConfig({ NODE_ENV: 'test' }),
    ...(metricsToken !== undefined && { metricsToken }),
  });
  const request = {
    raw: {
      socket: { remoteAddress },
      httpVersion: '1.1',
      headers: { host: 'localhost:3000', ...headers },
    },
    ctx: { credential },
  };
  return guard.canActivate(new ExecutionContextHost([request]));
}

const refusal = (code: string) => expect.objectContaining({ code });
const bearer = (value: string): PresentedCredential => ({ kind: 'presented', value, scheme: 'bearer' });

describe('MonitoringGuard', () => {
  it.each(['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'])(
    'accepts a caller on the same machine: %s',
    (remoteAddress) => {
      expect(ask({ remoteAddress })).toBe(true);
    },
  );

  it.each(['126.255.255.255', '128.0.0.1', ELSEWHERE, '::2', '::ffff:192.0.2.1', undefined])(
    'requires a credential from others: %s',
    (remoteAddress) => {
      expect(() => ask({ remoteAddress, metricsToken: TOKEN })).toThrow(refusal('missing-credential'));
    },
  );

  it.each(['localhost', 'LOCALHOST:80', '127.0.0.1:3000', '127.8.8.8', '[::1]', '[::1]:3000'])(
    'accepts a local Host: %s',
    (host) => {
      expect(ask({ remoteAddress: '127.0.0.1', headers: { host } })).toBe(true);
    },
  );

  it.each([
    { host: 'attacker.example:3000' },
    { host: 'localhost.attacker.example' },
    { host: '192.0.2.1' },
    { host: '' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-host': 'localhost' },
    { 'x-forwarded-proto': 'https' },
    { 'x-real-ip': '127.0.0.1' },
    { via: '1.1 proxy' },
    { forwarded: 'for=127.0.0.1' },
  ])('treats a proxied request, or one for another host, as remote: %j', (headers) => {
    const request = { remoteAddress: '127.0.0.1', headers };
    expect(() => ask(request)).toThrow(refusal('missing-credential'));
    expect(ask({ ...request, metricsToken: TOKEN, credential: bearer(TOKEN) })).toBe(true);
  });

  it('accepts a remote caller with the token', () => {
    expect(ask({ remoteAddress: ELSEWHERE, metricsToken: TOKEN, credential: bearer(TOKEN) })).toBe(true);
  });

  it.each<PresentedCredential>([
    { kind: 'unusable' },
    { kind: 'presented', value: TOKEN, scheme: 'x-api-key' },
    bearer(`${TOKEN}x`),
    bearer(TOKEN.slice(1)),
    bearer('x'),
  ])('refuses any other credential: %j', (credential) => {
    expect(() => ask({ remoteAddress: ELSEWHERE, metricsToken: TOKEN, credential })).toThrow(
      refusal('invalid-credential'),
    );
  });

  it('refuses every token when none is configured', () => {
    for (const value of ['undefined', TOKEN]) {
      expect(() => ask({ remoteAddress: ELSEWHERE, credential: bearer(value) })).toThrow(
        refusal('invalid-credential'),
      );
    }
  });
});

describe('MonitoringAccess', () => {
  class Routes {
    @MonitoringAccess()
    metrics(): void {}
  }

  it('declares the access, and sets the guards: authentication, validation', () => {
    const { metrics } = Routes.prototype;
    expect(accessOf(metrics, Routes)).toEqual({ kind: 'monitoring' });
    expect(Reflect.getMetadata(GUARDS_METADATA, metrics)).toEqual([MonitoringGuard, RequestRules]);
  });
});
