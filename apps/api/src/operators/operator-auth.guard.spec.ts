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
import { type OperatorIdentity, OperatorsRepository } from './operators.repository.js';

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
function guardOver(rows: Map<string, OperatorIdentity>) {
  const operators = new OperatorsRepository(
    PrismaService.over({ url: 'postgresql://nobody@127.0.0.1:1/none' }),
  );
  const reads = jest.spyOn(operators, 'findIdentity').mockImplementation(async (kid) => rows.get(kid));
  const guard = new OperatorAuthGuard(
    new OperatorAuthenticator(
      operators,
      new VerificationLimits(new MemoryCountingStores(), 'authentication'),
    ),
  );
  return { guard, reads };
}

async function ask(
  guard: CanActivate,
  credential: PresentedCredential,
  handler: () => void = Routes.prototype.read,
): Promise<Caller | undefined> {
  const ctx: RequestContext = {
    requestId: 'request',
    sourceAddress: '203.0.113.7',
    userAgent: null,
    credential,
  };
  expect(await guard.canActivate(new ExecutionContextHost([{ ctx }], Routes, handler))).toBe(true);
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
