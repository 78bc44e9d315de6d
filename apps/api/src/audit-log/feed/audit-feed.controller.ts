import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe } from '../../common/openapi/describe.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { AuditFeedQuery } from './dto/feed.query.js';
import { FeedService } from './feed.service.js';
import { answerFeed, FEED_ANSWERS } from './feed-answer.js';

@Controller('audit-log/feed')
@OperatorAccess('audit:read')
export class AuditFeedController {
  constructor(private readonly feed: FeedService) {}

  @Get()
  @Describe({
    summary: 'The audit log as it is sealed, in the order of the tree',
    details:
      'Server-sent events, or one JSON text a line for `Accept: application/x-ndjson`. Each event is a line of the export as `ndjson`, ' +
      'and `position`, from which a later request goes on without a loss or a repeat (`after`, or `Last-Event-ID`). A line with ' +
      '`position` alone, or an event without data, says how far the feed has come; there is one every 15 s at least. Without ' +
      '`follow=false` the answer does not end. The connection is aborted if the feed fails, if the permissions of the operator change, ' +
      'or if the client does not read a part of about 256 KiB within a minute.',
    answers: FEED_ANSWERS,
    problems: ['workspace-forbidden', 'position-unknown', 'position-pruned'],
  })
  follow(
    @CurrentCaller() caller: Caller,
    @Query() { after, follow, format, ...filter }: AuditFeedQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const request = { route: 'GET /audit-log/feed', after, follow, format, filter, lastEventId };
    return answerFeed(reply, (framing, wait, isHead) =>
      this.feed.open(caller, { ...request, framing, isHead }, wait),
    );
  }
}
