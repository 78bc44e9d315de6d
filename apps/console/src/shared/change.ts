import { client, newRequestId } from '../api';
import type { AuditRecord } from '../generated/schema';
import { isLost } from './problem';

/** What became of a change whose answer never arrived, and the records that it made. */
export interface LookedUp {
  outcome: 'done' | 'not-done' | 'unknown';
  records: AuditRecord[];
}

const WAITS_MS = [500, 1_500, 3_000];
/** More than any single change makes. */
const MAX_RECORDS = 10;

/** The console chose the id of the request, so it can look up in the log whether the change was made. */
export async function lookUp(requestId: string): Promise<LookedUp> {
  let outcome: LookedUp['outcome'] = 'unknown';
  for (const wait of WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      const { data } = await client.GET('/audit-log', {
        params: { query: { requestId, limit: MAX_RECORDS, outcome: 'SUCCESS' } },
      });
      if (data === undefined) return { outcome: 'unknown', records: [] };
      if (data.items.length > 0) return { outcome: 'done', records: data.items };
      outcome = 'not-done';
    } catch {
      outcome = 'unknown';
    }
  }
  return { outcome, records: [] };
}

/** A header that names the change. */
export type Named = { 'X-Request-Id': string };
/** Sends a change. `data` is missing if the answer has no body. */
export type Send<T> = (headers: Named) => Promise<{ data?: T; error?: unknown }>;

export class LostAnswerError extends Error {
  constructor(readonly requestId: string) {
    super('No answer arrived. Checking whether it happened…');
  }
}

/** Runs a change; if the answer is lost, says which request to look up. */
export async function change<T>(send: Send<T>): Promise<T | undefined> {
  const requestId = newRequestId();
  let answer: { data?: T; error?: unknown };
  try {
    answer = await send({ 'X-Request-Id': requestId });
  } catch (error) {
    if (isLost(error)) throw new LostAnswerError(requestId);
    throw error;
  }
  if (answer.error !== undefined) throw answer.error;
  return answer.data;
}
