import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startTime, stopTime } from '../../../test/support/clock.js';
import type { Caller } from '../../common/access/caller.js';
import type { DatabaseState } from '../../database/database-probe.js';
import { PrismaService } from '../../database/prisma.service.js';
import { CoordinatorIdentities } from './coordinator-identities.js';
import { KeyIdentitiesRepository } from './key-identities.repository.js';
import type { KeyIdentity, Standing } from './key-identity.js';

const ONE: KeyIdentity = {
  coordinatorId: 'id of one',
  coordinatorName: 'one',
  keyId: 'key of one',
  keyEndsAt: null,
  rateLimitPerMinute: 7,
};
const OTHER: KeyIdentity = {
  coordinatorId: 'id of other',
  coordinatorName: 'other',
  keyId: 'key of other',
  keyEndsAt: null,
  rateLimitPerMinute: 9,
};
/** What else Postgres says of the key. */
const MORE = { keyName: null, keyCreatedAt: '2026-01-02T03:04:05.678Z', rotated: false };

const CALLER: Caller = {
  id: ONE.coordinatorId,
  name: ONE.coordinatorName,
  keyId: ONE.keyId,
  rateLimitPerMinute: ONE.rateLimitPerMinute,
  kind: 'coordinator',
  kid: 'one',
  permission: null,
  requestId: 'request',
  sourceAddress: '203.0.113.7',
  userAgent: null,
};

const refusal = (code: string) => expect.objectContaining({ code });
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('CoordinatorIdentities', () => {
  /** what the database holds; no session with one is ever opened */
  let rows: Map<string, KeyIdentity & { secretHash: string }>;
  let standing: Standing | undefined;
  let keys: KeyIdentitiesRepository;
  let database: { state: DatabaseState };
  let identities: CoordinatorIdentities;
  let time: ReturnType<typeof stopTime>;

  beforeEach(() => {
    time = stopTime();
    rows = new Map([
      ['one', { ...ONE, secretHash: 'a hash' }],
      ['other', { ...OTHER, secretHash: 'a hash' }],
    ]);
    standing = { ...ONE, ...MORE, refusal: null };
    keys = new KeyIdentitiesRepository(PrismaService.over({ url: 'postgresql://nobody@127.0.0.1:1/none' }));
    jest.spyOn(keys, 'findIdentity').mockImplementation(async (kid) => rows.get(kid));
    jest.spyOn(keys, 'findStanding').mockImplementation(async () => standing);
    database = { state: 'ok' };
    identities = new CoordinatorIdentities(keys, database);
  });
  afterEach(startTime);

  const rename = (name: string) => rows.set('one', { ...ONE, coordinatorName: name, secretHash: 'a hash' });

  describe('of()', () => {
    it('reads an unknown key once, and keeps its identity without the hash', async () => {
      expect(await identities.of('one')).toEqual(ONE);
      expect(await identities.of('one')).toEqual(ONE);
      expect(keys.findIdentity).toHaveBeenCalledTimes(1);
    });

    it('uses the row that was just read', async () => {
      expect(await identities.of('one', { ...ONE, coordinatorName: 'as read' })).toEqual({
        ...ONE,
        coordinatorName: 'as read',
      });
      expect(await identities.of('one')).toMatchObject({ coordinatorName: 'as read' });
      expect(await identities.of('one', { ...ONE, coordinatorName: 'read again' })).toMatchObject({
        coordinatorName: 'read again',
      });
      expect(keys.findIdentity).not.toHaveBeenCalled();
    });

    it('refuses a key without a row', async () => {
      await expect(identities.of('unknown')).rejects.toEqual(refusal('key-revoked'));
    });

    it('refreshes an identity older than a second, in the background, once a second', async () => {
      await identities.of('one');
      rename('renamed');
      time.passMs(1_000);
      expect(await identities.of('one')).toMatchObject({ coordinatorName: 'one' });
      expect(keys.findIdentity).toHaveBeenCalledTimes(1);
      time.passMs(1);
      expect(await identities.of('one')).toMatchObject({ coordinatorName: 'one' });
      await settled();
      expect(await identities.of('one')).toMatchObject({ coordinatorName: 'renamed' });
      expect(keys.findIdentity).toHaveBeenCalledTimes(2);
    });

    it('reads once for simultaneous calls', async () => {
      await identities.of('one');
      time.passMs(1_001);
      await Promise.all([identities.of('one'), identities.of('one'), identities.of('one')]);
      expect(keys.findIdentity).toHaveBeenCalledTimes(2);
    });

    it('keeps the old identity when the refresh fails or finds no row', async () => {
      await identities.of('one');
      jest.mocked(keys.findIdentity).mockRejectedValueOnce(new Error('connection refused'));
      time.passMs(1_001);
      await identities.of('one');
      await settled();
      expect(await identities.of('one')).toEqual(ONE);
      rows.delete('one');
      time.passMs(1_001);
      await identities.of('one');
      await settled();
      expect(await identities.of('one')).toEqual(ONE);
      expect(keys.findIdentity).toHaveBeenCalledTimes(3);
    });

    it('ignores a late read after forget()', async () => {
      await identities.of('one');
      time.passMs(1_001);
      let answer = (_: KeyIdentity & { secretHash: string }) => {};
      jest.mocked(keys.findIdentity).mockImplementationOnce(
        () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      );
      await identities.of('one');
      identities.forget(ONE.coordinatorId);
      answer({ ...ONE, secretHash: 'a hash' });
      await settled();
      rename('renamed');
      expect(await identities.of('one')).toMatchObject({ coordinatorName: 'renamed' });
    });
  });

  it('updates known keys from a statement', async () => {
    await identities.of('one');
    identities.note('one', { rateLimitPerMinute: 8 });
    identities.note('other', { coordinatorName: 'noted' });
    expect(await identities.of('one')).toEqual({ ...ONE, rateLimitPerMinute: 8 });
    expect(await identities.of('other')).toEqual(OTHER);
  });

  it('forgets the keys of one coordinator only', async () => {
    await identities.of('one');
    await identities.of('other');
    identities.forget(ONE.coordinatorId);
    rename('renamed');
    rows.delete('other');
    expect(await identities.of('one')).toMatchObject({ coordinatorName: 'renamed' });
    expect(await identities.of('other')).toEqual(OTHER);
  });

  describe('current()', () => {
    it('returns the identity for a second, and updates of()', async () => {
      await identities.of('one');
      standing = { ...ONE, ...MORE, coordinatorName: 'renamed', rateLimitPerMinute: 5, refusal: null };
      const renamed = { ...ONE, coordinatorName: 'renamed', rateLimitPerMinute: 5 };
      expect(await identities.current(CALLER)).toEqual({ ...renamed, ...MORE, refusal: null });
      expect(await identities.of('one')).toEqual(renamed);
      standing = { ...ONE, ...MORE, refusal: 'key-expired' };
      time.passMs(1_000);
      expect(await identities.current(CALLER)).toEqual({ ...renamed, ...MORE, refusal: null });
      time.passMs(1);
      await expect(identities.current(CALLER)).rejects.toEqual(refusal('key-expired'));
    });

    it('queries once for simultaneous requests, and again for another key, address or permission', async () => {
      await Promise.all([
        identities.current(CALLER),
        identities.current({ ...CALLER, requestId: 'another' }),
      ]);
      expect(jest.mocked(keys.findStanding).mock.calls).toEqual([[CALLER]]);
      await identities.current({ ...CALLER, kid: 'other' });
      await identities.current({ ...CALLER, sourceAddress: '203.0.113.8' });
      await identities.current({ ...CALLER, permission: 'jobs:read' });
      expect(keys.findStanding).toHaveBeenCalledTimes(4);
    });

    it('refuses what Postgres refuses, and a key without a row', async () => {
      standing = { ...ONE, ...MORE, refusal: 'coordinator-suspended' };
      await expect(identities.current(CALLER)).rejects.toEqual(refusal('coordinator-suspended'));
      standing = undefined;
      await expect(identities.current({ ...CALLER, kid: 'gone' })).rejects.toEqual(refusal('key-revoked'));
    });

    it('queries again after forget()', async () => {
      await identities.current(CALLER);
      standing = { ...ONE, ...MORE, refusal: 'coordinator-suspended' };
      identities.forget(ONE.coordinatorId);
      await expect(identities.current(CALLER)).rejects.toEqual(refusal('coordinator-suspended'));
    });

    it('does not remember a failed query', async () => {
      jest.mocked(keys.findStanding).mockRejectedValueOnce(new Error('connection refused'));
      await expect(identities.current(CALLER)).rejects.toThrow('connection refused');
      expect(await identities.current(CALLER)).toEqual({ ...ONE, ...MORE, refusal: null });
    });
  });

  describe('endOf()', () => {
    const END = '2026-02-03T04:05:06.789Z';
    const end = (keyEndsAt: string) => rows.set('one', { ...ONE, keyEndsAt, secretHash: 'a hash' });

    it('answers at once with a value that is at most a second old', async () => {
      await identities.of('one');
      end(END);
      time.passMs(1_000);
      expect(identities.endOf('one')).toBeNull();
      expect(keys.findIdentity).toHaveBeenCalledTimes(1);
    });

    it('waits for the read of an older value, which the request has started', async () => {
      await identities.of('one');
      end(END);
      time.passMs(1_001);
      identities.remembered('one');
      expect(await identities.endOf('one')).toBe(END);
      expect(identities.endOf('one')).toBe(END);
      expect(keys.findIdentity).toHaveBeenCalledTimes(2);
    });

    it('reads again after a change by this process', async () => {
      await identities.of('one');
      end(END);
      identities.forget(ONE.coordinatorId);
      expect(await identities.endOf('one')).toBe(END);
    });

    it('waits for no database that is away, and keeps the last value when a read fails', async () => {
      end(END);
      await identities.of('one');
      jest.mocked(keys.findIdentity).mockRejectedValue(new Error('connection refused'));
      time.passMs(1_001);
      expect(await identities.endOf('one')).toBe(END);
      database.state = 'unavailable';
      time.passMs(1_001);
      expect(identities.endOf('one')).toBe(END);
      identities.forget(ONE.coordinatorId);
      expect(identities.endOf('one')).toBeNull();
    });
  });
});
