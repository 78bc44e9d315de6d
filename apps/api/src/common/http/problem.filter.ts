import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Injectable,
  Logger,
  Optional,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { RightsCheck } from '../access/rights-check.js';
import type { ProblemCode } from '../problems/catalogue.js';
import { DomainError } from '../problems/domain-error.js';
import { toDomainError } from '../problems/translate.js';
import { sendProblem } from './problem-document.js';
import { RefusalLog } from './refusal-log.js';
import type { RequestContext } from './request-context.js';

/** The key or the session itself may not be used, or not from this address. The caller may continue with another key. */
const KEY_REFUSALS: readonly ProblemCode[] = [
  'key-revoked',
  'key-expired',
  'session-ended',
  'session-expired',
  'network-forbidden',
];

/** Problems that may arise before a statement has checked the caller's rights. */
const BLAME: readonly ProblemCode[] = [
  'content-too-large',
  'invalid-request',
  'malformed-json',
  'unsupported-media-type',
];

/**
 * Turns every error into an answer. It sends refusals to the audit log. It logs unexpected errors and hides their
 * details from the caller.
 *
 * Missing rights come before other problems: an authenticated caller without rights gets that refusal, and the log
 * records it, whatever else is wrong with the request.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  constructor(
    @Optional() private readonly refusals?: RefusalLog,
    @Optional() private readonly rights?: RightsCheck,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void | Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { ctx } = request;
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemOf(error, ctx);
    const { caller } = ctx;
    if (caller === undefined || !BLAME.includes(problem.code)) return this.answer(problem, request, reply);
    return this.refusalOf(caller, ctx).then((refusal) => this.answer(refusal ?? problem, request, reply));
  }

  private async refusalOf(caller: Caller, ctx: RequestContext): Promise<DomainError | undefined> {
    try {
      await this.rights?.assertAllowed(caller);
      return undefined;
    } catch (refusal) {
      return this.problemOf(refusal, ctx);
    }
  }

  private answer(problem: DomainError, request: FastifyRequest, reply: FastifyReply): void {
    const { ctx } = request;
    const { refusal } = problem.extra;
    if (refusal !== undefined) this.refusals?.record(refusal, { ...ctx, route: routeOf(request) });
    if (KEY_REFUSALS.includes(problem.code)) ctx.onKeyRefused?.();
    const explained = withParticulars(problem, ctx);
    if (reply.sent || reply.raw.headersSent) {
      // An answer that has already begun cannot change. Cutting it off is the only way to tell the client.
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, explained, ctx);
  }

  private problemOf(error: unknown, { requestId }: RequestContext): DomainError {
    return toDomainError(error) ?? this.unforeseen(error, requestId);
  }

  private unforeseen(error: unknown, requestId: string): DomainError {
    this.logger.error({
      message: 'a request failed with an unexpected error',
      requestId,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return new DomainError('internal-error', 'The server failed to answer this request.');
  }
}

/** All text of it is the server's own. */
function routeOf({ method, routeOptions: { url } }: FastifyRequest): string | undefined {
  return url && `${method} ${url}`;
}

/** The same problem, with the permission, the address or the workspace that it is about. */
function withParticulars(problem: DomainError, { caller, sourceAddress }: RequestContext): DomainError {
  const { code, extra } = problem;
  const about = (detail: string, members: Record<string, unknown>) =>
    new DomainError(code, detail, { ...extra, members: { ...extra.members, ...members } });
  if (code === 'permission-missing' && typeof caller?.permission === 'string') {
    return about(`The caller lacks the permission ${caller.permission}.`, { permission: caller.permission });
  }
  if (code === 'network-forbidden') {
    return sourceAddress === null
      ? about('The caller is limited to certain networks, and the address of this request is unknown.', {})
      : about(`The caller may not call from the address ${sourceAddress}.`, { address: sourceAddress });
  }
  const { workspaceId } = extra.refusal ?? {};
  if (code === 'workspace-forbidden' && workspaceId !== undefined) {
    return about(`The caller may not touch the workspace ${workspaceId}.`, { workspaceId });
  }
  return problem;
}
