import { HttpException } from '@nestjs/common';
import type { ProblemCode } from './catalogue.js';
import { DomainError } from './domain-error.js';

const DETAILS: Partial<Record<string, [ProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['content-too-large', 'The body is too large.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'The body must be application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-request', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['invalid-request', 'The path is not a well-formed URL.'],
  FST_ERR_INVALID_URL: ['invalid-request', 'The path is not a well-formed URL.'],
  FST_ERR_MAX_PARAM_LENGTH: ['invalid-request', 'A part of the path is too long.'],
};

const BY_STATUS: Partial<Record<number, [ProblemCode, string]>> = {
  404: ['route-not-found', 'No route answers this path.'],
  413: ['content-too-large', 'The request is too large.'],
  415: ['unsupported-media-type', 'The body must be application/json.'],
  503: ['overloaded', 'The server cannot take this request on right now.'],
};

/**
 * Returns the domain error for anything thrown, or `undefined` if the error is unexpected. Errors of Nest and Fastify
 * get our own texts, because theirs quote the request.
 */
export function toDomainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (!(error instanceof Error)) return undefined;
  const known = DETAILS[codeOf(error)] ?? DETAILS[codeOf(error.cause)];
  if (known !== undefined) return new DomainError(...known);
  const status = statusOf(error);
  if (status === undefined) return undefined;
  const byStatus = BY_STATUS[status];
  if (byStatus !== undefined) {
    const [code, detail] = byStatus;
    return new DomainError(code, detail, code === 'overloaded' ? { retryAfterSeconds: 1 } : {});
  }
  return status >= 400 && status < 500
    ? new DomainError('invalid-request', 'The request cannot be understood.')
    : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function statusOf(error: Error): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
