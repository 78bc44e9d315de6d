import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CanActivate } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { startTime, stopTime } from '../../test/support/clock.js';
import { accessOf, DeclareAccess } from '../common/access/access.js';
import type { Caller } from '../common/access/caller.js';
import type { PresentedCredential } from '../common/http/credential.js';
import { Public } from '../common/http/public.decorator.js';
import type { RequestContext } from '../common/http/request-context.js';
import { RequestRules } from '../common/http/request-rules.js';
import { PrismaService } from '../database/prisma.service.js';
import { generateKey, joinKey, type ParsedKey } from '../keys/key.js';
import { hashSecret } from '../keys/secret-hash.js';
import { VerificationLimits } from '../keys/verification-limits.js';
import { MemoryCountingStores } from '../rate-limit/counting-store.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { OperatorAccess } from './operator-access.decorator.js';
import { OperatorAuthGuard } from './operator-auth.guard.js';
import { OperatorAuthenticator } from './operator-authenticator.js';
import { OperatorUseRecorder } from './operator-use-recorder.js';
import { type OperatorIdentity, OperatorsRepository } from './operators.repository.js';
import { SessionAuthenticator, tokenHash } from './session-authenticator.js';
import { SessionIdentitiesRepository, type SessionIdentity } from './session-identities.repository.js';

class Routes {
  @OperatorAccess('audit:read')
  read(): void {}

  @DeclareAccess({ kind: 'coordinator', permission: 'jobs:read' })
  jobs(): void {}

  @DeclareAccess({ kind: 'monitoring' })
  metrics(): void {}

  @Public()
  open(): void {}

  undeclared(): void {}
}

/** The guard with all that it asks, over a table in memory: no session with a database is ever opened. */
function guardOver(rows: Map<string, OperatorIdentity>, opened = new Map<string, SessionIdentity>()) {
  const operators = new OperatorsRepository(
    PrismaService.over({ url: 'postgresql://nobody@127.0.0.1:1/none' }),
  );
  const reads = jest.spyOn(operators, 'findIdentity').mockImplementation(async (kid) => rows.get(kid));
  const sessions = new SessionIdentitiesRepository(
    PrismaService.over({ url: 'postgresql://nobody@127.0.0.1:1/none' }),
  );
  const sessionReads = jest
    .spyOn(sessions, 'find')
    .mockImplementation(async (hash) => opened.get(nameOf(hash)));
  const uses = jest.spyOn(sessions, 'noteUse').mockImplementation(async () => undefined);
  const limits = new VerificationLimits(new MemoryCountingStores(), 'authentication');
  const guard = new OperatorAuthGuard(
    new OperatorAuthenticator(operators, limits, new OperatorUseRecorder(operators)),
    new SessionAuthenticator(sessions, limits),
  );
  return { guard, reads, sessionReads, uses };
}

const nameOf = (hash: Uint8Array) => Buffer.from(hash).toString('hex');

async function ask(
  guard: CanActivate,
  credential: PresentedCredential,
  handler: () => void = Routes.prototype.read,
  raw: { method: string; headers: Record<string, string> } = { method: 'GET', headers: {} },
): Promise<Caller | undefined> {
  const ctx: RequestContext = {
    requestId: 'request',
    sourceAddress: '203.0.113.7',
    userAgent: null,
    credential,
  };
  expect(await guard.canActivate(new ExecutionContextHost([{ ctx, raw }], Routes, handler))).toBe(true);
  return ctx.caller;
}

const bearer = (value: string): PresentedCredential => ({ kind: 'presented', value, scheme: 'bearer' });
const refusal = (code: string) => expect.objectContaining({ code });

describe('OperatorAuthGuard', () => {
  const key: ParsedKey = { prefix: 'cro_', kid: 'k'.repeat(16), secret: 's'.repeat(43) };
  const text = () => joinKey(key);
  const rows = new Map<string, OperatorIdentity>();
  let row: OperatorIdentity;
  let test: ReturnType<typeof guardOver>;
  let time: ReturnType<typeof stopTime>;

  beforeAll(async () => {
    row = { id: 'id of one', name: 'one', keyId: 'key of one', secretHash: await hashSecret(key.secret) };
  });

  beforeEach(() => {
    rows.clear();
    rows.set(key.kid, row);
    time = stopTime();
    test = guardOver(rows);
  });
  afterEach(startTime);

  it('sets the caller with the permission of the route', async () => {
    const caller: Caller = {
      kind: 'operator',
      kid: key.kid,
      keyId: 'key of one',
      id: 'id of one',
      name: 'one',
      rateLimitPerMinute: 600,
      permission: 'audit:read',
      requestId: 'request',
      sourceAddress: '203.0.113.7',
      userAgent: null,
    };
    expect(await ask(test.guard, bearer(text()))).toEqual(caller);
    expect(await ask(test.guard, bearer(text()))).toEqual(caller);
    expect(test.reads.mock.calls).toEqual([[key.kid]]);
  });

  it('keeps the identity of a key for a second, and then reads it again', async () => {
    await ask(test.guard, bearer(text()));
    rows.set(key.kid, { ...row, name: 'renamed' });
    time.passMs(1_000);
    expect(await ask(test.guard, bearer(text()))).toMatchObject({ name: 'one' });
    time.passMs(1);
    expect(await ask(test.guard, bearer(text()))).toMatchObject({ name: 'renamed', id: 'id of one' });
    expect(await ask(test.guard, bearer(text()))).toMatchObject({ name: 'renamed' });
    expect(test.reads).toHaveBeenCalledTimes(2);
  });

  it('refuses a proven key that no longer exists', async () => {
    await ask(test.guard, bearer(text()));
    rows.delete(key.kid);
    time.passMs(1_001);
    await expect(ask(test.guard, bearer(text()))).rejects.toEqual(refusal('key-revoked'));
    await expect(ask(test.guard, bearer(text()))).rejects.toEqual(refusal('key-revoked'));
  });

  it.each<[string, () => PresentedCredential, string]>([
    ['no credential', () => ({ kind: 'none' }), 'missing-credential'],
    ['an unusable credential', () => ({ kind: 'unusable' }), 'invalid-credential'],
    [
      'its key in X-API-Key',
      () => ({ kind: 'presented', value: text(), scheme: 'x-api-key' }),
      'invalid-credential',
    ],
    ['a malformed key', () => bearer('anything'), 'invalid-credential'],
    ['an unknown kid', () => bearer(generateKey('cro_').key), 'invalid-credential'],
    [
      'a wrong secret',
      () => bearer(joinKey({ ...key, secret: generateKey('cro_').secret })),
      'invalid-credential',
    ],
    [
      "its own secret in a coordinator's key",
      () => bearer(joinKey({ ...key, prefix: 'crk_' })),
      'invalid-credential',
    ],
  ])('refuses %s', async (_, credential, code) => {
    await expect(ask(test.guard, credential())).rejects.toEqual(refusal(code));
  });

  it('does not query the database for a malformed key', async () => {
    for (const value of ['anything', joinKey({ ...key, prefix: 'crk_' }), `${text()}0`]) {
      await expect(ask(test.guard, bearer(value))).rejects.toEqual(refusal('invalid-credential'));
    }
    expect(test.reads).not.toHaveBeenCalled();
  });

  it.each(['jobs', 'metrics', 'open', 'undeclared'] as const)(
    'fails on a route that is declared for another kind of caller: %s',
    async (route) => {
      await expect(ask(test.guard, bearer(text()), Routes.prototype[route])).rejects.toThrow(
        'not declared for operators',
      );
    },
  );
});

describe('OperatorAuthGuard with a session', () => {
  const token = 't'.repeat(43);
  const session: PresentedCredential = { kind: 'presented', value: token, scheme: 'session' };
  const identity = {
    sessionId: 'session',
    operatorId: 'id of one',
    operatorName: 'one',
    keyId: 'key of one',
  };
  const opened = new Map([[nameOf(tokenHash(token)), identity]]);
  const { read } = Routes.prototype;
  let test: ReturnType<typeof guardOver>;
  let time: ReturnType<typeof stopTime>;

  beforeEach(() => {
    time = stopTime();
    test = guardOver(new Map(), opened);
  });
  afterEach(startTime);

  const send = (method: string, headers: Record<string, string> = {}, credential = session) =>
    ask(test.guard, credential, read, { method, headers });

  it('sets the caller, whose rights are those of the session', async () => {
    expect(await send('GET')).toEqual({
      kind: 'operator',
      session: true,
      kid: 'session',
      keyId: 'key of one',
      id: 'id of one',
      name: 'one',
      rateLimitPerMinute: 600,
      permission: 'audit:read',
      requestId: 'request',
      sourceAddress: '203.0.113.7',
      userAgent: null,
    });
  });

  it('reads the session again after a second', async () => {
    await send('GET');
    time.passMs(1_000);
    await send('GET');
    expect(test.sessionReads).toHaveBeenCalledTimes(1);
    time.passMs(1);
    await send('GET');
    expect(test.sessionReads).toHaveBeenCalledTimes(2);
  });

  it('notes a use at once, and then once a minute', async () => {
    await send('GET');
    await send('GET');
    expect(test.uses).toHaveBeenCalledTimes(1);
    time.passMs(60_000);
    await send('GET');
    expect(test.uses).toHaveBeenCalledTimes(1);
    time.passMs(1);
    await send('GET');
    expect(test.uses).toHaveBeenCalledTimes(2);
  });

  it('notes a use again if it could not be written', async () => {
    test.uses.mockRejectedValueOnce(new Error('read-only'));
    await send('GET');
    await send('GET');
    expect(test.uses).toHaveBeenCalledTimes(2);
  });

  it('does not note a read in the background, but every change', async () => {
    await send('GET', { 'session-use': 'background' });
    await send('HEAD', { 'session-use': 'background' });
    expect(test.uses).not.toHaveBeenCalled();
    await send('POST', { 'session-use': 'background', 'sec-fetch-site': 'same-origin' });
    expect(test.uses).toHaveBeenCalledTimes(1);
  });

  it.each<[string, Record<string, string>]>([
    ['Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }],
    ['the origin of the host', { origin: 'https://registry.example', host: 'registry.example' }],
    ['the origin of the host and port', { origin: 'http://localhost:3000', host: 'localhost:3000' }],
    ['the origin of a host with the usual port', { origin: 'https://a.example', host: 'A.example:443' }],
  ])('accepts a change with %s', async (_, headers) => {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      expect(await send(method, headers)).toMatchObject({ id: 'id of one' });
    }
  });

  it.each<[string, Record<string, string>]>([
    ['neither header', { host: 'localhost:3000' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    ['two values', { 'sec-fetch-site': 'same-origin, same-origin' }],
    [
      'another site of the right origin',
      { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000', host: 'localhost:3000' },
    ],
    ['the origin of another port', { origin: 'http://localhost:4000', host: 'localhost:3000' }],
    ['the origin of another host', { origin: 'https://evil.example', host: 'registry.example' }],
    ['an opaque origin', { origin: 'null', host: 'registry.example' }],
    ['an origin without a host', { origin: 'https://registry.example' }],
  ])('refuses a change with %s', async (_, headers) => {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      await expect(send(method, headers)).rejects.toEqual(refusal('cross-site-request'));
    }
    expect(await send('GET', headers)).toMatchObject({ id: 'id of one' });
  });

  it.each(['', 'short', `${token}t`, `${'t'.repeat(42)}.`])(
    'refuses the malformed token %j without a query',
    async (value) => {
      const credential: PresentedCredential = { kind: 'presented', value, scheme: 'session' };
      await expect(send('GET', {}, credential)).rejects.toEqual(refusal('invalid-credential'));
      expect(test.sessionReads).not.toHaveBeenCalled();
    },
  );

  it('limits unknown tokens of an address like unknown keys, and still accepts a session', async () => {
    for (let at = 0; at < 30; at++) {
      const value = String(at).padStart(43, '0');
      const unknown: PresentedCredential = { kind: 'presented', value, scheme: 'session' };
      await expect(send('GET', {}, unknown)).rejects.toEqual(refusal('invalid-credential'));
    }
    const unknown: PresentedCredential = { kind: 'presented', value: 'x'.repeat(43), scheme: 'session' };
    await expect(send('GET', {}, unknown)).rejects.toEqual(refusal('too-many-failures'));
    expect(await send('GET')).toMatchObject({ id: 'id of one' });
  });
});

describe('OperatorAccess', () => {
  it('declares the access, and sets the guards: authentication, rate limit, validation', () => {
    const { read } = Routes.prototype;
    expect(accessOf(read, Routes)).toEqual({ kind: 'operator', permission: 'audit:read' });
    expect(Reflect.getMetadata(GUARDS_METADATA, read)).toEqual([
      OperatorAuthGuard,
      RateLimitGuard,
      RequestRules,
    ]);
  });
});
