import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode } from './catalogue.js';
import { DomainError } from './domain-error.js';
import { sendProblem } from './problem-document.js';
import type { RefusalLog } from './refusal-log.js';
import { toDomainError } from './translate.js';

/** The key itself may not be used, or not from there; with another, its owner goes on. */
const KEY_REFUSALS: readonly ProblemCode[] = ['key-revoked', 'key-expired', 'network-forbidden'];

/** The one way from an error to an answer. Refusals go to the log on the way; what nobody foresaw is logged and hidden. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Problem');

  constructor(private readonly refusals?: RefusalLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { ctx } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const known = toDomainError(error) ?? this.#unforeseen(error, ctx.requestId);
    if (known.extra.refusal !== undefined) this.refusals?.record(known.extra.refusal, ctx);
    if (KEY_REFUSALS.includes(known.code)) ctx.onKeyRefused?.();
    if (reply.sent || reply.raw.headersSent) {
      // An answer that is under way cannot become another; cutting it off is all that tells the client.
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, known, ctx);
  }

  #unforeseen(error: unknown, requestId: string): DomainError {
    this.#logger.error({
      message: 'a request failed in a way nobody foresaw',
      requestId,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return new DomainError('internal-error', 'The server failed to answer this request.');
  }
}
