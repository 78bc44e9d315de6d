import { violatedIndex } from '../database/database-errors.js';
import type { Idempotency } from './job.js';
import { digestOf } from './request-digest.js';

const MAX_TRIES = 3;

/** @param key the request's `Idempotency-Key`; null if it has none */
export function idempotencyOf(route: string, key: string | null, body: object): Idempotency | null {
  return key === null ? null : { route, key, requestDigest: digestOf(body) };
}

/**
 * Runs a statement with the CTEs `prior` and `remember`, and retries if another request inserted the same
 * `Idempotency-Key` first. The statement waited for that request to commit, could not see its job, and failed as a
 * whole. The retry finds the job.
 */
export async function retryOnConflict<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === MAX_TRIES || violatedIndex(error) !== 'idempotency_keys_pkey') throw error;
    }
  }
}
