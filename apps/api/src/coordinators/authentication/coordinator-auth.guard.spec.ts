import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type CanActivate, Logger } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { accessOf, DeclareAccess } from '../../common/access/access.js';
import type { Caller } from '../../common/access/caller.js';
import type { PresentedCredential } from '../../common/http/credential.js';
import { Public } from '../../common/http/public.decorator.js';
import type { RequestContext } from '../../common/http/request-context.js';
import { RequestRules } from '../../common/http/request-rules.js';
import { PrismaService } from '../../database/prisma.service.js';
import { RightsDrain } from '../../database/rights-drain.js';
import { generateKey, joinKey, type ParsedKey } from '../../keys/key.js';
import { hashSecret } from '../../keys/secret-hash.js';
import { VerificationLimits } from '../../keys/verification-limits.js';
import { MemoryCountingStores } from '../../rate-limit/counting-store.js';
import { RateLimitGuard } from '../../rate-limit/rate-limit.guard.js';
import { EnvironmentKey } from '../environment-key/environment-key.js';
import { EnvironmentKeysRepository } from '../environment-key/environment-keys.repository.js';
import { CoordinatorAccess } from './coordinator-access.decorator.js';
import { CoordinatorAuthGuard } from './coordinator-auth.guard.js';
import { CoordinatorAuthenticator } from './coordinator-authenticator.js';
import { CoordinatorIdentities } from './coordinator-identities.js';
import { KeyIdentitiesRepository } from './key-identities.repository.js';
import type { KeyIdentity } from './key-identity.js';
import { KeyUseRecorder } from './key-use-recorder.js';

const ENVIRONMENT_KEY = 'a-key-of-the-environment,-32-long';
const ENVIRONMENT_KID = 'kid-of-environment';

class Routes {
  @CoordinatorAccess('jobs:write')
  write(): void {}

  @CoordinatorAccess()
  health(): void {}

  @DeclareAccess({ kind: 'operator', permission: 'system:admin' })
  admin(): void {}

  @DeclareAccess({ kind: 'monitoring' })
  metrics(): void {}

  @Public()
  open(): void {}

  undeclared(): void {}
}

/** The guard with all that it asks, over a table in memory: no session with a database is ever opened. */
async function guardOver(rows: Map<string, KeyIdentity & { secretHash: string }>) {
  const connection = { url: 'postgresql://nobody@127.0.0.1:1/none' };
  const prisma = PrismaService.over(connection);
  const keys = new KeyIdentitiesRepository(prisma);
  const reads = jest.spyOn(keys, 'findIdentity').mockImplementation(async (kid) => rows.get(kid));
  const usesWritten = jest.spyOn(keys, 'noteUses').mockResolvedValue();
  const environmentKeys = new EnvironmentKeysRepository(prisma);
  jest
    .spyOn(environmentKeys, 'settle')
    .mockResolvedValue({ kind: 'in-force', kid: ENVIRONMENT_KID, mayHaveWithdrawn: false });
  const environmentKey = new EnvironmentKey(
    {
      environmentKey: { key: ENVIRONMENT_KEY, name: 'legacy', workspaceIds: [] },
      rateLimitPerMinute: 100,
    },
    environmentKeys,
    new RightsDrain(connection, prisma, prisma),
  );
  await environmentKey.onApplicationBootstrap();
  const uses = new KeyUseRecorder(keys);
  const guard = new CoordinatorAuthGuard(
    new CoordinatorAuthenticator(
      keys,
      new VerificationLimits(new MemoryCountingStores(), 'authentication'),
      new CoordinatorIdentities(keys, { state: 'ok' }),
      environmentKey,
      uses,
    ),
  );
  return { guard, reads, uses, usesWritten };
}

const ADDRESS = '203.0.113.7';

async function ask(
  guard: CanActivate,
  credential: PresentedCredential,
  handler: () => void = Routes.prototype.write,
): Promise<Caller | undefined> {
  const ctx: RequestContext = {
    requestId: 'request',
    sourceAddress: ADDRESS,
    userAgent: 'agent/1',
    credential,
  };
  expect(await guard.canActivate(new ExecutionContextHost([{ ctx }], Routes, handler))).toBe(true);
  return ctx.caller;
}

const presented = (value: string, scheme: 'x-api-key' | 'bearer' = 'x-api-key'): PresentedCredential => ({
  kind: 'presented',
  value,
  scheme,
});
const otherLast = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
const refusal = (code: string) => expect.objectContaining({ code });

describe('CoordinatorAuthGuard', () => {
  const key: ParsedKey = { prefix: 'crk_', kid: 'k'.repeat(16), secret: 's'.repeat(43) };
  const text = () => joinKey(key);
  const rows = new Map<string, KeyIdentity & { secretHash: string }>();
  let secretHash: string;
  let test: Awaited<ReturnType<typeof guardOver>>;

  beforeAll(async () => {
    secretHash = await hashSecret(key.secret);
    // It advises against the key of the environment.
    Logger.overrideLogger(false);
  });

  beforeEach(async () => {
    rows.clear();
    rows.set(key.kid, {
      coordinatorId: 'id of one',
      coordinatorName: 'one',
      keyId: 'key of one',
      keyEndsAt: null,
      rateLimitPerMinute: 7,
      secretHash,
    });
    rows.set(ENVIRONMENT_KID, {
      coordinatorId: 'id of legacy',
      coordinatorName: 'legacy',
      keyId: 'key of legacy',
      keyEndsAt: null,
      rateLimitPerMinute: 9,
      secretHash: 'none is looked at',
    });
    test = await guardOver(rows);
  });

  it('sets the caller with the permission of the route, for either header', async () => {
    const caller: Caller = {
      kind: 'coordinator',
      kid: key.kid,
      keyId: 'key of one',
      id: 'id of one',
      name: 'one',
      rateLimitPerMinute: 7,
      permission: 'jobs:write',
      requestId: 'request',
      sourceAddress: ADDRESS,
      userAgent: 'agent/1',
    };
    expect(await ask(test.guard, presented(text()))).toEqual(caller);
    expect(await ask(test.guard, presented(text(), 'bearer'))).toEqual(caller);
    expect(await ask(test.guard, presented(text()), Routes.prototype.health)).toEqual({
      ...caller,
      permission: null,
    });
  });

  it('reads a key once for its secret and its coordinator', async () => {
    await ask(test.guard, presented(text()));
    await ask(test.guard, presented(text()));
    expect(test.reads.mock.calls).toEqual([[key.kid]]);
  });

  it('accepts the environment key by its whole text', async () => {
    expect(await ask(test.guard, presented(ENVIRONMENT_KEY))).toMatchObject({
      kind: 'coordinator',
      kid: ENVIRONMENT_KID,
      id: 'id of legacy',
      name: 'legacy',
      keyId: 'key of legacy',
      rateLimitPerMinute: 9,
    });
    rows.delete(ENVIRONMENT_KID);
    const restarted = await guardOver(rows);
    await expect(ask(restarted.guard, presented(ENVIRONMENT_KEY))).rejects.toEqual(refusal('key-revoked'));
  });

  it('records the use of a valid key only', async () => {
    await ask(test.guard, presented(text()));
    const wrong = joinKey({ ...key, secret: generateKey('crk_').secret });
    await expect(ask(test.guard, presented(wrong))).rejects.toEqual(refusal('invalid-credential'));
    await test.uses.write();
    expect(test.usesWritten.mock.calls).toEqual([[new Map([['key of one', expect.any(Number)]])]]);
  });

  it.each<[string, () => PresentedCredential, string]>([
    ['no credential', () => ({ kind: 'none' }), 'missing-credential'],
    ['an unusable credential', () => ({ kind: 'unusable' }), 'invalid-credential'],
    ['a malformed key', () => presented('anything'), 'invalid-credential'],
    [
      'the environment key with one more character',
      () => presented(`${ENVIRONMENT_KEY}-`),
      'invalid-credential',
    ],
    ['an unknown kid', () => presented(generateKey('crk_').key), 'invalid-credential'],
    [
      'a wrong secret',
      () => presented(joinKey({ ...key, secret: generateKey('crk_').secret })),
      'invalid-credential',
    ],
    [
      "its own secret in an operator's key",
      () => presented(joinKey({ ...key, prefix: 'cro_' })),
      'invalid-credential',
    ],
    ['a wrong checksum', () => presented(otherLast(text())), 'invalid-credential'],
  ])('refuses %s', async (_, credential, code) => {
    await expect(ask(test.guard, credential())).rejects.toEqual(refusal(code));
  });

  it('does not query the database for a malformed key', async () => {
    for (const value of ['anything', joinKey({ ...key, prefix: 'cro_' }), `${text()}0`]) {
      await expect(ask(test.guard, presented(value))).rejects.toEqual(refusal('invalid-credential'));
    }
    expect(test.reads).not.toHaveBeenCalled();
  });

  it.each(['admin', 'metrics', 'open', 'undeclared'] as const)(
    'fails on a route that is declared for another kind of caller: %s',
    async (route) => {
      await expect(ask(test.guard, presented(text()), Routes.prototype[route])).rejects.toThrow(
        'not declared for coordinators',
      );
    },
  );
});

describe('CoordinatorAccess', () => {
  it('declares the access, and sets the guards: authentication, rate limit, validation', () => {
    const { write, health } = Routes.prototype;
    expect(accessOf(write, Routes)).toEqual({ kind: 'coordinator', permission: 'jobs:write' });
    expect(accessOf(health, Routes)).toEqual({ kind: 'coordinator', permission: null });
    for (const handler of [write, health]) {
      expect(Reflect.getMetadata(GUARDS_METADATA, handler)).toEqual([
        CoordinatorAuthGuard,
        RateLimitGuard,
        RequestRules,
      ]);
    }
  });
});
