import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Wait } from '../../common/http/wait.js';
import { string } from '../../common/json-schema.js';
import { written } from '../../common/openapi/describe.js';
import { DomainError } from '../../common/problems/domain-error.js';
import { type Framing, framingFor } from './feed-format.js';

/** For the OpenAPI document. */
export const FEED_ANSWERS = {
  200: written('Events', { 'text/event-stream': string(), 'application/x-ndjson': string() }),
};

const NEEDS_AN_END =
  'A feed needs HTTP/1.1: in HTTP/1.0 one that broke off looks whole. A proxy asks for it, in nginx by `proxy_http_version 1.1`.';

/** A feed as the answer to a request, in the media type that the client asks for. */
export async function answerFeed(
  reply: FastifyReply,
  open: (framing: Framing, wait: Wait, isHead: boolean) => Promise<Readable>,
): Promise<StreamableFile> {
  const { raw, headers, method } = reply.request;
  if (raw.httpVersion === '1.0') throw new DomainError('invalid-request', NEEDS_AN_END);
  const framing = framingFor(headers.accept);
  const content = await open(framing, new Wait(Number.POSITIVE_INFINITY, reply), method === 'HEAD');
  void reply.header('Vary', 'Accept');
  return new StreamableFile(content, { type: framing.mediaType });
}
