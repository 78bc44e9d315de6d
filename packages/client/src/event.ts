import type { Job } from './schema.js';

/** What a client does by itself, for logs and metrics. No event has a key. */
export type ClientEvent =
  | { type: 'request-repeated'; method: string; path: string; reason: string; delayMs: number }
  | { type: 'key-rotated'; expiresAt: string | null }
  | { type: 'key-not-rotated'; error: unknown }
  | { type: 'job-started'; job: Job }
  | { type: 'job-completed'; job: Job }
  | { type: 'job-failed'; job: Job; error: unknown }
  | { type: 'job-lost'; job: Job; error: unknown };
