import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import { KeyIdentitiesRepository } from '../../src/coordinators/authentication/key-identities.repository.js';
import { KeyUseRecorder } from '../../src/coordinators/authentication/key-use-recorder.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { admin, call, listen, registerCoordinator, type TestCoordinator } from '../support/registry.js';

const MINUTE_MS = 60_000;

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const recorder = () => test.app.get(KeyUseRecorder, { strict: false });
const use = (it: TestCoordinator) => call(test, 'get', '/coordinator/jobs', { key: it.apiKey });
const lastUse = async ({ id, key }: TestCoordinator) => {
  const { items } = await admin<{ items: CoordinatorKey[] }>(test, 'get', `/admin/coordinators/${id}/keys`);
  return items.find((it) => it.id === key.id)?.lastUsedAt;
};

/** Where each row lies and who wrote it: both change with any write. (The foreign key of a first use locks the row, in xmax.) */
async function credentialRows(): Promise<unknown[]> {
  const { rows } = await test.database.owner.query(
    'SELECT id, ctid::text, xmin::text FROM public.coordinator_keys ORDER BY id',
  );
  return rows;
}

describe('lastUsedAt of a key', () => {
  it('is written outside of the request, once for several requests, and changes no key row and no record', async () => {
    const coordinator = await registerCoordinator(test);
    const before = Date.now();
    for (let n = 0; n < 5; n += 1) expect((await use(coordinator)).status).toBe(200);
    expect(await lastUse(coordinator)).toBeNull();

    const credentials = await credentialRows();
    const records = await test.database.owner.query('SELECT count(*) FROM public.audit_log');
    await recorder().write();
    const after = Date.now();
    const used = Date.parse((await lastUse(coordinator)) ?? '');
    expect(used).toBeGreaterThanOrEqual(before);
    expect(used).toBeLessThanOrEqual(after);
    expect(await credentialRows()).toEqual(credentials);
    expect((await test.database.owner.query('SELECT count(*) FROM public.audit_log')).rows).toEqual(
      records.rows,
    );
  });

  it('is set for a valid key with any answer, and not for a wrong secret', async () => {
    const proven = await registerCoordinator(test, { permissions: ['jobs:write'] });
    const wrong = await registerCoordinator(test);
    expect((await use(proven)).status).toBe(403);
    expect((await use({ ...wrong, apiKey: `${wrong.apiKey.slice(0, -1)}!` })).status).toBe(401);
    await recorder().write();
    expect(await lastUse(proven)).toEqual(expect.any(String));
    expect(await lastUse(wrong)).toBeNull();
  });

  it('never goes back when another replica writes an earlier time', async () => {
    const { key, ...coordinator } = await registerCoordinator(test);
    const repository = test.app.get(KeyIdentitiesRepository, { strict: false });
    await repository.noteUses(new Map([[key.id, 60_000]]));
    const later = await lastUse({ ...coordinator, key });
    expect(later).toEqual(expect.any(String));
    await repository.noteUses(new Map([[key.id, 86_400_000]]));
    expect(await lastUse({ ...coordinator, key })).toBe(later);
  });

  it('is written later when a write fails', async () => {
    const coordinator = await registerCoordinator(test);
    await use(coordinator);
    await test.database.owner.query('ALTER TABLE public.coordinator_key_uses RENAME TO away');
    await recorder().write();
    await test.database.owner.query('ALTER TABLE public.away RENAME TO coordinator_key_uses');
    expect(await lastUse(coordinator)).toBeNull();
    await recorder().write();
    expect(await lastUse(coordinator)).toEqual(expect.any(String));
  });

  it('is written when the server stops', async () => {
    const coordinator = await registerCoordinator(test);
    const replica = await startServer(test.database.apiUrl);
    const answer = await supertest(replica.getHttpServer())
      .get('/coordinator/jobs')
      .set('X-API-Key', coordinator.apiKey);
    expect(answer.status).toBe(200);
    expect(await lastUse(coordinator)).toBeNull();
    await replica.close();
    expect(await lastUse(coordinator)).toEqual(expect.any(String));
  });

  it('is written once a minute, however often the key is used', async () => {
    const writes: string[][] = [];
    class Writes extends KeyIdentitiesRepository {
      override async noteUses(uses: ReadonlyMap<string, number>): Promise<void> {
        writes.push([...uses.keys()]);
      }
    }
    jest.useFakeTimers();
    // It never connects.
    const prisma = PrismaService.over({ url: test.database.apiUrl });
    const uses = new KeyUseRecorder(new Writes(prisma));
    try {
      uses.onModuleInit();
      for (let second = 0; second < 180; second += 1) {
        uses.note('a');
        if (second < 60) uses.note('b');
        await jest.advanceTimersByTimeAsync(1_000);
      }
      expect(writes).toEqual([['a', 'b'], ['a'], ['a']]);
      await jest.advanceTimersByTimeAsync(5 * MINUTE_MS);
      expect(writes).toHaveLength(3);
    } finally {
      jest.useRealTimers();
      await uses.beforeApplicationShutdown();
      await prisma.onApplicationShutdown();
    }
  });
});
