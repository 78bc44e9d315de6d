import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from '../problems/invalid-request.error.js';

/**
 * A parameter for routes that take no body. It refuses members, because the client would wrongly believe that they have
 * an effect. `{}` passes.
 */
export const NoBody = createParamDecorator((_: unknown, context: ExecutionContext): void => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  if (body === undefined || JSON.stringify(body) === '{}') return;
  throw new InvalidRequestError('This route takes no body.');
});
