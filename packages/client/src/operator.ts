import { type FeedRecord, type FollowOptions, follow } from './feed.js';
import { unwrap } from './problem.js';
import { type OperatorPaths, type Requests, requestsOver } from './routes.js';
import type { paths } from './schema.js';
import { Transport, type TransportOptions } from './transport.js';

type FeedQuery = NonNullable<paths['/audit-log/feed']['get']['parameters']['query']>;

export interface FeedOptions extends FollowOptions {
  /** only such records; those of `GET /audit-log` */
  filter?: Omit<FeedQuery, 'after' | 'follow' | 'format'>;
}

export interface OperatorClient extends Requests<OperatorPaths> {
  /**
   * The records of the audit log as they are sealed. It connects again by itself, so no record is missing and none comes twice.
   *
   * @throws ProblemError among others `position-pruned`, `position-unknown`
   */
  feed(options?: FeedOptions): AsyncGenerator<FeedRecord, void, undefined>;
}

/** A client of the routes for operators, with an access key (`cro_…`). */
export function createOperator(options: TransportOptions): OperatorClient {
  const transport = new Transport(options, (key) => ['Authorization', `Bearer ${key}`]);
  const endless = requestsOver<OperatorPaths>(transport, Number.POSITIVE_INFINITY);
  const bounded = requestsOver<OperatorPaths>(transport);
  return {
    ...bounded,
    feed: ({ filter, ...from } = {}) =>
      follow<FeedRecord>(
        (after, signal) =>
          unwrap(
            (from.follow === false ? bounded : endless).GET('/audit-log/feed', {
              params: { query: { ...filter, ...(after !== undefined && { after }), ...endOf(from) } },
              headers: NDJSON,
              parseAs: 'stream',
              signal,
            }),
          ),
        from,
      ),
  };
}

const NDJSON = { Accept: 'application/x-ndjson' };

function endOf({ follow: isEndless = true }: FollowOptions): { follow?: 'false' } {
  return isEndless ? {} : { follow: 'false' };
}
