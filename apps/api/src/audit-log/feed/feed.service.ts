import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { RefusalLog } from '../../common/http/refusal-log.js';
import { StoppingError } from '../../common/http/stopping.js';
import type { Wait } from '../../common/http/wait.js';
import { DomainError } from '../../common/problems/domain-error.js';
import { InvalidRequestError } from '../../common/problems/invalid-request.error.js';
import { EXPORT_SESSIONS } from '../../database/connection.js';
import { WorkQueue } from '../../keys/work-queue.js';
import type { AuditFilter } from '../audit-filter.js';
import { PositionPrunedError, PositionUnknownError } from '../audit-log.errors.js';
import { takenInTime } from '../export/paced.js';
import { assertSpan } from '../reading/audit-log.service.js';
import { type FeedStart, POSITION } from './dto/feed.query.js';
import { type Batch, type Bounds, FeedRepository } from './feed.repository.js';
import { type FeedFormat, type Framing, toJson } from './feed-format.js';
import { FeedFollowers, type Follower } from './followers.js';

const HEARTBEAT_MS = 15_000;

/** As an export: a batch has about 256 KiB, so the slowest accepted reader takes 4 KiB/s. */
const BATCH_WITHIN_MS = 60_000;

/** How many leaves a batch reads; more, up to the second number, while none of them is for the caller. */
const LEAVES_PER_BATCH = 200;
const MAX_LEAVES_PER_BATCH = 2_000;

export interface FeedRequest extends FeedStart {
  /** the route, for the record of a refusal */
  route: string;
  lastEventId: string | undefined;
  filter: AuditFilter;
  format: FeedFormat;
  framing: Framing;
  /** a HEAD is judged like a GET, and gets no event */
  isHead: boolean;
}

@Injectable()
export class FeedService {
  private readonly logger = new Logger('AuditFeed');
  private readonly reading = new WorkQueue(EXPORT_SESSIONS, Number.POSITIVE_INFINITY);

  constructor(
    private readonly feed: FeedRepository,
    private readonly followers: FeedFollowers,
    private readonly refusals: RefusalLog,
  ) {}

  /**
   * The sealed records in the order of the tree, as the client reads them. If the feed fails in the middle, or the caller
   * loses its rights, the connection is aborted.
   *
   * @throws DomainError `position-pruned`, `position-unknown`, `overloaded`, `workspace-forbidden`, and the refusals of
   *   `assertAllowed`
   */
  async open(caller: Caller, request: FeedRequest, wait: Wait): Promise<Readable> {
    assertSpan(request.filter);
    const bounds = await this.reading.run(() => this.feed.bounds(caller, request.filter));
    const position = startOf(request, bounds);
    if (request.isHead) return Readable.from([]);
    const follower = this.followers.join(caller.id, position, wait);
    const content = takenInTime(this.texts(caller, request, follower), BATCH_WITHIN_MS);
    content.once('error', (error) => this.brokenOff(caller, request, error));
    content.once('close', () => follower.leave());
    return content;
  }

  private async *texts(caller: Caller, request: FeedRequest, follower: Follower): AsyncGenerator<string> {
    const { framing, format } = request;
    let begin = framing.start;
    for await (const { events, reached } of this.batches(caller, request, follower)) {
      const texts = events.map((event) => framing.event(event.position, toJson(event, format)));
      if (reached !== events.at(-1)?.position) texts.push(framing.reached(reached));
      yield begin + texts.join('');
      begin = '';
    }
  }

  /** The first batch, each batch with events, and one at least every 15 s, so that the client knows the position. */
  private async *batches(
    caller: Caller,
    { filter, follow }: FeedRequest,
    follower: Follower,
  ): AsyncGenerator<Batch> {
    let silentSince = Number.NEGATIVE_INFINITY;
    for (let scanned = LEAVES_PER_BATCH; ; ) {
      if (follower.isEnded) return this.assertMayEndHere(follow);
      const batch = await this.reading.run(() =>
        this.feed.batch(caller, filter, { after: follower.position, scanned }),
      );
      follower.position = batch.reached;
      scanned = batch.events.length > 0 ? LEAVES_PER_BATCH : Math.min(2 * scanned, MAX_LEAVES_PER_BATCH);
      const isLast = follow === 'false' && !batch.more;
      const isDue = performance.now() - silentSince >= HEARTBEAT_MS;
      if (batch.events.length > 0 || isDue || isLast) {
        yield batch;
        silentSince = performance.now();
      }
      if (isLast) return;
      // Waits for new records, at most until the next heartbeat. The next batch judges the rights again, since a key may have expired.
      if (!batch.more) await follower.news(HEARTBEAT_MS - (performance.now() - silentSince));
    }
  }

  /**
   * With `follow=false`, a normal end tells the client that it has every record. A feed that stops before that must be aborted instead.
   *
   * @throws StoppingError
   */
  private assertMayEndHere(follow: FeedRequest['follow']): void {
    if (follow === 'false') throw new StoppingError();
  }

  /** The response has begun, so the exception filter does not see this error. */
  private brokenOff(caller: Caller, { route }: FeedRequest, error: Error): void {
    const { requestId } = caller;
    this.logger.warn({ message: `a feed broke off: ${error.message}`, requestId });
    if (error instanceof DomainError && error.extra.refusal !== undefined) {
      this.refusals.record(error.extra.refusal, { ...caller, caller, route });
    }
  }
}

/** The position after which the feed begins. */
function startOf(
  { after, lastEventId }: Pick<FeedRequest, 'after' | 'lastEventId'>,
  { oldest, newest }: Bounds,
): number {
  if (lastEventId !== undefined && lastEventId !== '' && !POSITION.test(lastEventId)) {
    throw InvalidRequestError.of('Last-Event-ID', 'Last-Event-ID must be a position');
  }
  // A client that reconnects repeats the first request, and adds this header.
  const given = lastEventId || after;
  if (given === 'latest') return newest;
  if (given === undefined) return oldest === null ? newest : oldest - 1;
  const position = Number(given);
  if (position > newest) throw new PositionUnknownError(newest);
  if (position < (oldest ?? newest + 1) - 1) throw new PositionPrunedError(oldest);
  return position;
}
