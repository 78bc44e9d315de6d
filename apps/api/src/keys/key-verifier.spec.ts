import { beforeAll, describe, expect, it } from '@jest/globals';
import { hash } from 'argon2';
import { SharedWait } from '../common/http/shared-wait.js';
import { MemoryCountingStores } from '../rate-limit/counting-store.js';
import { generateKey, type ParsedKey } from './key.js';
import { KeyVerifier } from './key-verifier.js';
import { OverloadedError, TooManyFailuresError } from './keys.errors.js';
import { VerificationLimits } from './verification-limits.js';

interface Row {
  secretHash: string;
  id: string;
}

const HERE = { sourceAddress: '203.0.113.7' };
const ELSEWHERE = { sourceAddress: '198.51.100.9' };

function freshKey(): ParsedKey {
  return { prefix: 'crk_', ...generateKey('crk_') };
}

function wrong(key: ParsedKey): ParsedKey {
  return { ...key, secret: generateKey('crk_').secret };
}

/** A hash contains its own cost parameters. These are low, so that the tests are fast. */
function cheapHash(secret: string): Promise<string> {
  return hash(secret, { memoryCost: 1_024, timeCost: 2, parallelism: 1 });
}

/** A verifier over a table in memory, which counts the lookups. A fresh one is a process that has just started. */
function verifierOver(rows: Map<string, Row>) {
  const time = { now: 1_000 };
  const lookups: string[] = [];
  const limits = limitsAt(() => time.now);
  const verifier = new KeyVerifier<Row>(async (kid) => {
    lookups.push(kid);
    await new Promise((resolve) => setImmediate(resolve));
    return rows.get(kid);
  }, limits);
  return { time, lookups, limits, verifier };
}

function limitsAt(clock: () => number): VerificationLimits {
  return new VerificationLimits(new MemoryCountingStores(clock), 'authentication');
}

/** How many of the calls ended in each way. */
async function tally(calls: Promise<{ proven: boolean }>[]) {
  const counts = { proven: 0, wrong: 0, tooMany: 0, overloaded: 0 };
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'fulfilled') counts[result.value.proven ? 'proven' : 'wrong'] += 1;
    else if (result.reason instanceof TooManyFailuresError) counts.tooMany += 1;
    else if (result.reason instanceof OverloadedError) counts.overloaded += 1;
    else throw result.reason;
  }
  return counts;
}

function times<T>(length: number, make: () => T): T[] {
  return Array.from({ length }, make);
}

describe('KeyVerifier', () => {
  const key: ParsedKey = { prefix: 'crk_', kid: 'k'.repeat(16), secret: 's'.repeat(43) };
  const other: ParsedKey = { prefix: 'crk_', kid: 'o'.repeat(16), secret: 't'.repeat(43) };
  const rows = new Map<string, Row>();

  beforeAll(async () => {
    rows.set(key.kid, { secretHash: await cheapHash(key.secret), id: 'one' });
    rows.set(other.kid, { secretHash: await cheapHash(other.secret), id: 'other' });
  });

  it('verifies the right secret once, and then answers from memory', async () => {
    const { verifier, lookups } = verifierOver(rows);
    expect(await verifier.verify(key, HERE)).toEqual({ proven: true, row: rows.get(key.kid) });
    expect(await verifier.verify(key, HERE)).toEqual({ proven: true });
    expect(await verifier.verify(key, ELSEWHERE)).toEqual({ proven: true });
    expect(lookups).toEqual([key.kid]);
  });

  it('refuses a wrong secret, an unknown kid, and the secret of another kid', async () => {
    const { verifier } = verifierOver(rows);
    await verifier.verify(key, HERE);
    for (const bad of [
      wrong(key),
      freshKey(),
      { ...key, secret: other.secret },
      { ...other, secret: key.secret },
    ]) {
      expect(await verifier.verify(bad, HERE)).toEqual({ proven: false });
    }
  });

  it('looks up a key once for simultaneous requests', async () => {
    const { verifier, lookups } = verifierOver(rows);
    expect(await tally(times(100, () => verifier.verify(key, HERE)))).toMatchObject({ proven: 100 });
    expect(lookups).toHaveLength(1);
  });

  it('remembers no failure of a key or a lookup', async () => {
    const { verifier, lookups } = verifierOver(rows);
    const bad = wrong(key);
    const unknown = freshKey();
    for (let round = 1; round <= 2; round += 1) {
      expect(await Promise.all([verifier.verify(bad, HERE), verifier.verify(bad, HERE)])).toEqual([
        { proven: false },
        { proven: false },
      ]);
      expect(await Promise.all([verifier.verify(unknown, HERE), verifier.verify(unknown, HERE)])).toEqual([
        { proven: false },
        { proven: false },
      ]);
      expect(lookups).toHaveLength(2 * round);
    }
  });

  it('refuses a wrong key beside a right one', async () => {
    const { verifier } = verifierOver(rows);
    const [right, bad] = await Promise.all([verifier.verify(key, HERE), verifier.verify(wrong(key), HERE)]);
    expect([right.proven, bad.proven]).toEqual([true, false]);
  });

  it('runs argon2 for at most 30 of 100 simultaneous wrong secrets', async () => {
    const { verifier, limits } = verifierOver(rows);
    let hashes = 0;
    const run = limits.hashing.run.bind(limits.hashing);
    limits.hashing.run = (task) => {
      hashes += 1;
      return run(task);
    };
    const counts = await tally(times(100, () => verifier.verify(wrong(key), HERE)));
    expect(counts).toEqual({ proven: 0, wrong: 30, tooMany: 70, overloaded: 0 });
    expect(hashes).toBe(30);
  });

  it('hashes once for simultaneous requests with one wrong key, and counts each', async () => {
    const { verifier, lookups } = verifierOver(rows);
    const bad = wrong(key);
    expect(await tally(times(100, () => verifier.verify(bad, HERE)))).toMatchObject({
      wrong: 30,
      tooMany: 70,
    });
    expect(lookups).toHaveLength(1);
  });

  it('refuses an exhausted pair of address and kid before any work, and no other pair', async () => {
    const { verifier, lookups, time } = verifierOver(rows);
    await verifier.verify(key, ELSEWHERE);
    await tally(times(31, () => verifier.verify(wrong(key), HERE)));
    const before = lookups.length;
    await expect(verifier.verify(wrong(key), HERE)).rejects.toBeInstanceOf(TooManyFailuresError);
    expect(lookups).toHaveLength(before);

    expect(await verifier.verify(key, HERE)).toEqual({ proven: true });
    expect(await verifier.verify(other, HERE)).toMatchObject({ proven: true });
    expect(await verifier.verify(wrong(key), ELSEWHERE)).toEqual({ proven: false });
    expect(await verifier.verify(freshKey(), HERE)).toEqual({ proven: false });
    time.now += 61_000;
    expect(await verifier.verify(wrong(key), HERE)).toEqual({ proven: false });
  });

  it('counts unknown kids by address, IPv6 by /64', async () => {
    const { verifier } = verifierOver(rows);
    let host = 0;
    const fromSubnet = () => {
      host += 1;
      return verifier.verify(freshKey(), { sourceAddress: `2001:db8:0:1::${host.toString(16)}` });
    };
    expect(await tally(times(100, fromSubnet))).toMatchObject({ wrong: 30, tooMany: 70 });
    expect(await verifier.verify(freshKey(), { sourceAddress: '2001:db8:0:2::1' })).toEqual({
      proven: false,
    });
    expect(await verifier.verify(freshKey(), HERE)).toEqual({ proven: false });
    await tally(times(30, () => verifier.verify(freshKey(), HERE)));
    await expect(
      verifier.verify(freshKey(), { sourceAddress: `::ffff:${HERE.sourceAddress}` }),
    ).rejects.toBeInstanceOf(TooManyFailuresError);
  });

  it('verifies a new right key from an address that used up its unknown kids', async () => {
    const { verifier } = verifierOver(rows);
    const flood = tally(times(500, () => verifier.verify(freshKey(), HERE)));
    expect(await verifier.verify(key, HERE)).toMatchObject({ proven: true });
    expect(await flood).toEqual({ proven: 0, wrong: 30, tooMany: 470, overloaded: 0 });
    expect(await verifier.verify(other, HERE)).toMatchObject({ proven: true });
    await expect(verifier.verify(freshKey(), HERE)).rejects.toBeInstanceOf(TooManyFailuresError);
  });

  it('looks up at most two kids at once for an address that used up its unknown kids', async () => {
    let running = 0;
    let most = 0;
    const limits = limitsAt(() => 0);
    const verifier = new KeyVerifier<Row>(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return undefined;
    }, limits);
    await tally(times(30, () => verifier.verify(freshKey(), HERE)));
    most = 0;
    expect(await tally(times(1_100, () => verifier.verify(freshKey(), HERE)))).toMatchObject({
      tooMany: 1_002,
      overloaded: 98,
    });
    expect(most).toBe(2);
  });

  it('does not count right keys, for any number of new ones from one address', async () => {
    const keys = times(40, freshKey);
    const many = new Map<string, Row>();
    for (const { kid, secret } of keys) many.set(kid, { secretHash: await cheapHash(secret), id: kid });
    const { verifier } = verifierOver(many);
    expect(await tally(keys.map((each) => verifier.verify(each, HERE)))).toMatchObject({ proven: 40 });
    expect(await tally(times(31, () => verifier.verify(freshKey(), HERE)))).toMatchObject({
      wrong: 30,
      tooMany: 1,
    });
  });

  it('answers a proven caller while the queue is full, and 503 to others', async () => {
    const { verifier, limits } = verifierOver(rows);
    await verifier.verify(key, HERE);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const jam = times(258, () => limits.hashing.run(() => released));
    await expect(limits.hashing.run(() => released)).rejects.toBeInstanceOf(OverloadedError);

    expect(await verifier.verify(key, HERE)).toEqual({ proven: true });
    const turnedAway = await tally(times(40, () => verifier.verify(wrong(other), HERE)));
    expect(turnedAway.wrong).toBe(0);
    expect(turnedAway.overloaded).toBeGreaterThan(0);

    release();
    await Promise.all(jam);
    expect(await verifier.verify(other, HERE)).toMatchObject({ proven: true });
  });

  it('reports a database failure as such, and does not count it against the caller', async () => {
    let down = true;
    const verifier = new KeyVerifier<Row>(
      async (kid) => {
        if (down) throw new Error('connection refused');
        return rows.get(kid);
      },
      limitsAt(() => 0),
    );
    for (let round = 0; round < 40; round += 1) {
      await expect(verifier.verify(freshKey(), HERE)).rejects.toThrow('connection refused');
    }
    down = false;
    expect(await verifier.verify(freshKey(), HERE)).toEqual({ proven: false });
    expect(await verifier.verify(key, HERE)).toMatchObject({ proven: true });
  });

  it('refuses and counts a wrong secret without argon2 if the right one is cached', async () => {
    const { verifier, limits, lookups } = verifierOver(rows);
    await verifier.verify(key, HERE);
    limits.hashing.run = () => Promise.reject(new Error('argon2 was asked'));
    expect(await tally(times(40, () => verifier.verify(wrong(key), ELSEWHERE)))).toMatchObject({
      wrong: 30,
      tooMany: 10,
    });
    expect(lookups).toEqual([key.kid]);
    expect(await verifier.verify(key, ELSEWHERE)).toEqual({ proven: true });
  });

  it('hashes in the slow queue only for a kid with failures from many addresses', async () => {
    const { verifier, limits } = verifierOver(rows);
    const queues = { hashing: 0, suspectHashing: 0 };
    for (const queue of ['hashing', 'suspectHashing'] as const) {
      limits[queue].run = (task) => {
        queues[queue] += 1;
        return task();
      };
    }
    let host = 0;
    const fromAnywhere = () => {
      host += 1;
      return verifier.verify(wrong(key), { sourceAddress: `10.0.0.${host}` });
    };
    expect(await tally(times(40, fromAnywhere))).toMatchObject({ wrong: 40 });
    expect(queues).toEqual({ hashing: 30, suspectHashing: 10 });
    expect(await verifier.verify(other, HERE)).toMatchObject({ proven: true });
    expect(queues).toEqual({ hashing: 31, suspectHashing: 10 });
    expect(await verifier.verify(key, HERE)).toMatchObject({ proven: true });
    expect(queues).toEqual({ hashing: 31, suspectHashing: 11 });
  });

  it('answers 503 before a lookup when the slow queue is full', async () => {
    const { verifier, limits, lookups } = verifierOver(rows);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const jam = times(17, () => limits.suspectHashing.run(() => released));
    for (let failure = 0; failure < 30; failure += 1)
      await limits.wrongSecretsOfKid.charge(key.kid, new SharedWait());
    await expect(verifier.verify(wrong(key), HERE)).rejects.toBeInstanceOf(OverloadedError);
    await expect(verifier.verify(key, HERE)).rejects.toBeInstanceOf(OverloadedError);
    expect(lookups).toEqual([]);
    expect(await verifier.verify(other, HERE)).toMatchObject({ proven: true });
    release();
    await Promise.all(jam);
  });

  it('shares its limits between the kinds of keys', async () => {
    const { verifier, limits } = verifierOver(rows);
    const operators = new KeyVerifier<Row>(async () => undefined, limits);
    await tally(times(30, () => operators.verify({ ...freshKey(), prefix: 'cro_' }, HERE)));
    await expect(verifier.verify(freshKey(), HERE)).rejects.toBeInstanceOf(TooManyFailuresError);
  });
});
