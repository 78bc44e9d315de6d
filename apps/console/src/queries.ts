import { QueryClient } from '@tanstack/react-query';
import { lastRetryAfter } from './api';
import { hasCode, isLost } from './shared/problem';

const RETRIES = 3;

/** What was read from the server. Pages read through it, and routes begin to read before their page is drawn. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) =>
        count < RETRIES && (isLost(error) || hasCode(error, 'overloaded', 'rate-limited')),
      retryDelay: (count, error) =>
        isLost(error) ? 500 * 2 ** count : Math.max(1, lastRetryAfter.seconds) * 1_000,
    },
  },
});
