import { Controller, Get, Headers, Query, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CoordinatorEventsQuery } from '../audit-log/feed/dto/feed.query.js';
import { FeedService } from '../audit-log/feed/feed.service.js';
import { answerFeed, FEED_ANSWERS } from '../audit-log/feed/feed-answer.js';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe } from '../common/openapi/describe.js';
import { CoordinatorAccess } from '../coordinators/authentication/coordinator-access.decorator.js';

@Controller('coordinator/events')
@CoordinatorAccess('jobs:read')
export class CoordinatorEventsController {
  constructor(private readonly feed: FeedService) {}

  @Get()
  @Describe({
    summary: "Changes of jobs of the coordinator's workspaces, as they are sealed",
    details:
      'Server-sent events, or one JSON text a line for `Accept: application/x-ndjson`. Each event has the `position` from which a later ' +
      'request goes on without a loss or a repeat (`after`, or `Last-Event-ID`). A line with `position` alone, or an event without data, ' +
      'says how far the feed has come; there is one every 15 s at least. Without `follow=false` the answer does not end. The connection is ' +
      'aborted if the feed fails, if the coordinator loses the permission, or if the client does not read a part of about 256 KiB within ' +
      'a minute.',
    answers: FEED_ANSWERS,
    problems: ['position-unknown', 'position-pruned'],
  })
  follow(
    @CurrentCaller() caller: Caller,
    @Query() { after, follow }: CoordinatorEventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const request = {
      route: 'GET /coordinator/events',
      after,
      follow,
      format: 'record',
      lastEventId,
    } as const;
    return answerFeed(reply, (framing, wait, isHead) =>
      this.feed.open(caller, { ...request, filter: {}, framing, isHead }, wait),
    );
  }
}
