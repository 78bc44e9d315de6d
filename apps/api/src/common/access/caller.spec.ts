import { describe, expect, it } from '@jest/globals';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type Caller, CurrentCaller, provenCaller } from './caller.js';

class Routes {
  handler(@CurrentCaller() _caller: Caller): void {}
}

const CALLER: Caller = {
  kind: 'operator',
  kid: 'kid',
  keyId: 'key',
  id: 'id',
  name: 'one',
  rateLimitPerMinute: 600,
  permission: null,
  requestId: 'request',
  sourceAddress: '203.0.113.7',
  userAgent: null,
};

describe('caller of a request', () => {
  const proven = new ExecutionContextHost([{ ctx: { caller: CALLER } }]);
  const unproven = new ExecutionContextHost([{ ctx: {} }]);

  it('is set by a guard', () => {
    expect(provenCaller(proven)).toBe(CALLER);
    expect(() => provenCaller(unproven)).toThrow('no guard has set a caller yet');
  });

  it('is passed to a handler parameter', () => {
    const [argument] = Object.values<{ factory(data: unknown, context: ExecutionContextHost): Caller }>(
      Reflect.getMetadata(ROUTE_ARGS_METADATA, Routes, 'handler'),
    );
    expect(argument?.factory(undefined, proven)).toBe(CALLER);
    expect(() => argument?.factory(undefined, unproven)).toThrow();
  });
});
