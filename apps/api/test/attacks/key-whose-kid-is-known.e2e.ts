import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, forgeKey, kidOf, listen, registerCoordinator } from '../support/registry.js';

/*
 * An attacker knows the kids of keys and has many networks. It sends wrong secrets for those kids, so that the keys' holders,
 * whom this process has not proven yet, find no place to be proven.
 */

const NETWORKS = 60;
const TRIES = 3;

// Each wrong secret is hashed, in a queue that rests between two hashes.
jest.setTimeout(360_000);

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: true });
  await listen(test);
});

afterAll(() => test?.close());

it('a network without wrong secrets for the kid is served before networks that sent them', async () => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { apiKey } = await registerCoordinator(test);
    const kid = kidOf(apiKey);
    const from = (host: number, key: string): Promise<Response> =>
      call(test, 'get', '/coordinator/jobs', {
        key,
        headers: { 'X-Forwarded-For': `10.${attempt}.0.${host}` },
      });
    let attacking = true;
    const answered: number[] = [];
    const seen = new Set<number>();
    const attack = Array.from({ length: NETWORKS }, async (_, host) => {
      while (attacking) {
        answered.push((await from(host, forgeKey('crk_', kid))).status);
        seen.add(host);
      }
    });
    // Each network has failed once, or was turned away.
    while (seen.size < NETWORKS) await sleep(5);

    const holder = await from(200, apiKey);
    attacking = false;
    await Promise.all(attack);
    expect([attempt, holder.status]).toEqual([attempt, 200]);
    // The attack did fill the queue.
    expect(answered).toContain(503);
    expect(answered).not.toContain(200);
  }
});
