import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from '../problems/invalid-request.error.js';
import { holdsKey } from './credential.js';

const HEADER = 'idempotency-key';
const FORM = /^[\x20-\x7e]{1,255}$/;

/** `Idempotency-Key`: 1 to 255 printable ASCII characters, given once; `undefined` where the header is not sent. */
export const IdempotencyKey = createParamDecorator(readIdempotencyKey);

/** @throws InvalidRequestError for one that is empty, too long, not printable, given twice, or an API key in the wrong header: it would be stored */
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
