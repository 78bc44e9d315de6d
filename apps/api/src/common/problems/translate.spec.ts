import { describe, expect, it } from '@jest/globals';
import { ConflictException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { DomainError } from './domain-error.js';
import { toDomainError } from './translate.js';

const failure = (members: object, options?: ErrorOptions) =>
  Object.assign(new Error('quotes the request', options), members);

describe('toDomainError', () => {
  it('returns a domain error unchanged', () => {
    const error = new DomainError('last-admin', 'no');
    expect(toDomainError(error)).toBe(error);
  });

  it.each([
    [failure({ code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 'content-too-large'],
    [failure({ code: 'FST_ERR_BAD_URL' }), 'invalid-request'],
    [failure({}, { cause: failure({ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }) }), 'unsupported-media-type'],
    [failure({ code: 7, statusCode: 415 }), 'unsupported-media-type'],
    [failure({ statusCode: 413 }), 'content-too-large'],
    [failure({ statusCode: 400 }), 'invalid-request'],
    [failure({ statusCode: 499 }), 'invalid-request'],
    [new NotFoundException('quotes the request'), 'route-not-found'],
    [new ConflictException('quotes the request'), 'invalid-request'],
  ])('maps %p to %s, with its own text', (error, code) => {
    const known = toDomainError(error);
    expect(known).toMatchObject({ code, extra: {} });
    expect(known?.message).not.toContain('quotes');
  });

  it('sets Retry-After for an overloaded server', () => {
    for (const error of [new ServiceUnavailableException(), failure({ statusCode: 503 })]) {
      expect(toDomainError(error)).toMatchObject({ code: 'overloaded', extra: { retryAfterSeconds: 1 } });
    }
  });

  it.each([
    [failure({})],
    [failure({ statusCode: 500 })],
    [failure({ statusCode: 399 })],
    [failure({ statusCode: '400' })],
    ['a text'],
    [undefined],
    [null],
    [{ statusCode: 400 }],
  ])('does not map %p', (error) => {
    expect(toDomainError(error)).toBeUndefined();
  });
});
