import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { holdsKey } from './credential.js';

const HEADER = 'idempotency-key';
const FORM = /^[\x20-\x7e]{1,255}$/;

/** `Idempotency-Key`: 1 to 255 printable ASCII characters, sent once; `undefined` if the header is missing. */
export const IdempotencyKey = createParamDecorator(readIdempotencyKey);

/**
 * @throws InvalidRequestError if it is empty, too long, not printable or sent twice, or if it is a caller's key in the
 * wrong header, which must not be stored
 */
export function readIdempotencyKey(_: unknown, context: ExecutionContext): string | undefined {
  const given = context.switchToHttp().getRequest<FastifyRequest>().raw.headersDistinct[HEADER];
  if (given === undefined) return undefined;
  const [key = ''] = given;
  if (given.length > 1 || !FORM.test(key) || holdsKey(key)) {
    throw InvalidRequestError.of(
      'Idempotency-Key',
      'Idempotency-Key must be 1 to 255 printable characters, given once, and no API key',
    );
  }
  return key;
}
