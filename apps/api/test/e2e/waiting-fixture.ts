import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'supertest';
import type { TestApp } from '../support/app.js';
import { call, type TestCoordinator } from '../support/registry.js';

/** The longest wait, in seconds. A request that is not woken is answered only then, so any answer before proves that it was woken. */
export const LONG = 60;
const CLEARLY_SOONER_MS = 50_000;
const LOOK_EVERY_MS = 50;

/** Sends requests that wait, and counts those that the server holds. */
export class Waits {
  constructor(readonly test: TestApp) {}

  /** How many requests the server holds back. */
  async waiting(): Promise<number> {
    const { text } = await this.test.http().get('/metrics');
    return Number(/^http_requests_waiting (\d+)$/m.exec(text)?.[1]);
  }

  /**
   * Returns once the server holds so many requests, also if they get fewer.
   *
   * @throws Error if that takes nearly as long as a {@link LONG} wait, which ends by itself
   */
  async untilHeld(count: number): Promise<void> {
    const deadline = Date.now() + CLEARLY_SOONER_MS;
    for (let waiting = await this.waiting(); waiting !== count; waiting = await this.waiting()) {
      if (Date.now() > deadline) throw new Error(`${waiting} requests wait, not ${count}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Sends a read that waits. Resolves once the server holds it; `soon` and `refusal` of the result wait for the answer. One at a time. */
  async read(
    coordinator: Pick<TestCoordinator, 'apiKey'>,
    jobId: string,
    { seconds = LONG, tags = '"1"' } = {},
  ): Promise<Waiting> {
    return await this.begun(() =>
      call(this.test, 'get', `/coordinator/jobs/${jobId}?waitSeconds=${seconds}`, {
        key: coordinator.apiKey,
        headers: { 'If-None-Match': tags },
      }),
    );
  }

  /** Sends a claim that waits. */
  async claim(
    coordinator: Pick<TestCoordinator, 'apiKey'>,
    { seconds = LONG, headers = {}, ...body }: Record<string, unknown> & ClaimOptions = {},
  ): Promise<Waiting> {
    return await this.begun(() =>
      call(this.test, 'post', '/coordinator/jobs/claim', {
        key: coordinator.apiKey,
        body: { agentId: 'agent-1', waitSeconds: seconds, ...body },
        headers,
      }),
    );
  }

  /** It compares the count before and after, so no other request may begin or end meanwhile. */
  private async begun(send: () => Promise<Response>): Promise<Waiting> {
    const before = await this.waiting();
    const answer = send();
    await this.untilHeld(before + 1);
    return new Waiting(answer);
  }
}

interface ClaimOptions {
  seconds?: number;
  headers?: Record<string, string>;
}

export class Waiting {
  constructor(private readonly response: Promise<Response>) {}

  /** @throws Error if the answer comes only at the end of a {@link LONG} wait */
  async soon(): Promise<Response> {
    const late = new AbortController();
    const lost = sleep(CLEARLY_SOONER_MS, undefined, { signal: late.signal }).catch(() => undefined);
    const answer = await Promise.race([this.response, lost]);
    late.abort();
    if (answer === undefined) throw new Error('nothing has woken the request');
    return answer;
  }

  /** @returns the status and the problem code */
  async refusal(): Promise<[number, string]> {
    const { status, body } = await this.soon();
    return [status, body.code];
  }
}
