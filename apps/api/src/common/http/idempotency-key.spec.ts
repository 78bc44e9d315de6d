import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { readIdempotencyKey } from './idempotency-key.js';

/** As a handler gets it, of a request with these `Idempotency-Key` headers. */
function read(...given: string[]): string | undefined {
  const raw = new IncomingMessage(new Socket());
  raw.rawHeaders = given.flatMap((value) => ['Idempotency-Key', value]);
  if (given.length > 0) raw.headersDistinct['idempotency-key'] = given;
  return readIdempotencyKey(undefined, new ExecutionContextHost([{ raw }]));
}

describe('IdempotencyKey', () => {
  it('is undefined without the header', () => {
    expect(read()).toBeUndefined();
  });

  it.each(['k', ' ', '~', '"a key", in quotes', 'k'.repeat(255)])('is the value of the header: %j', (key) => {
    expect(read(key)).toBe(key);
  });

  it.each([
    [['']],
    [['k'.repeat(256)]],
    [['k\t']],
    [['\tk']],
    [['k\x7f']],
    [['ké']],
    [['k', 'k']],
    [['crk_0123456789ABCDEF_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0NRcl2']],
    [['for cro_0123456789ABCDEF_0123']],
  ])('is refused with the name of the header: %j', (given) => {
    expect(() => read(...given)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        extra: { members: { errors: [{ member: 'Idempotency-Key', message: expect.any(String) }] } },
      }),
    );
  });
});
