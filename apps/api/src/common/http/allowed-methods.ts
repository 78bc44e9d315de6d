import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../problems/domain-error.js';

/**
 * If a path has routes but none with this method, puts their methods into `Allow` (RFC 9110, section 15.5.6). It needs
 * only the headers: which routes exist is not secret.
 *
 * @returns the refusal, a 405; undefined if there is none
 */
export function methodRefusal(
  fastify: FastifyInstance,
  { url, method }: FastifyRequest,
  reply: FastifyReply,
): DomainError | undefined {
  const [path = ''] = url.split('?', 1);
  const allowed = fastify.supportedMethods.filter(
    (it) => fastify.findRoute({ method: it, url: path }) !== null,
  );
  if (allowed.length === 0) return undefined;
  reply.header('allow', allowed.join(', '));
  return new DomainError(
    'method-not-allowed',
    `This path does not take ${method}. It takes ${allowed.join(', ')}.`,
  );
}
