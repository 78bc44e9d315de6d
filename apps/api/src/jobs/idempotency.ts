import { violatedIndex } from '../database/database-errors.js';
import type { Idempotency } from './job.js';
import { digestOf } from './request-digest.js';

const MAX_TRIES = 3;

/** @param key the `Idempotency-Key` that came with the body, if one did */
export function idempotencyOf(route: string, key: string | null, body: object): Idempotency | null {
  return key === null ? null : { route, key, requestDigest: digestOf(body) };
}

/**
 * Asks a statement with the CTEs `prior` and `remember`, and again where another request was first with its `Idempotency-Key`: it
 * waited for that one to commit, could not see what it made, and failed whole. The next try finds it.
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
