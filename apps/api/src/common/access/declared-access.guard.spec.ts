import { describe, expect, it } from '@jest/globals';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Public } from '../http/public.decorator.js';
import { RequestRules } from '../http/request-rules.js';
import { accessOf, DeclareAccess } from './access.js';
import { DeclaredAccessGuard } from './declared-access.guard.js';

class Undeclared {
  @Public()
  open(): void {}

  handler(): void {}
}

@DeclareAccess({ kind: 'monitoring' })
class Declared {
  handler(): void {}
}

describe('DeclaredAccessGuard', () => {
  const guard = new DeclaredAccessGuard();
  const ask = (controller: typeof Undeclared | typeof Declared, handler: () => void) =>
    guard.canActivate(new ExecutionContextHost([], controller, handler));

  it('accepts a handler with a declaration, on itself or on its controller', () => {
    expect(ask(Undeclared, Undeclared.prototype.open)).toBe(true);
    expect(ask(Declared, Declared.prototype.handler)).toBe(true);
  });

  it('refuses a handler without a declaration, and records it', () => {
    expect(() => ask(Undeclared, Undeclared.prototype.handler)).toThrow(
      expect.objectContaining({
        code: 'route-undeclared',
        extra: { refusal: { action: 'access.denied', reason: 'route-undeclared' } },
      }),
    );
  });
});

describe('Public', () => {
  it('declares a public route, and validates its requests', () => {
    const { open } = Undeclared.prototype;
    expect(accessOf(open, Undeclared)).toEqual({ kind: 'public' });
    expect(Reflect.getMetadata(GUARDS_METADATA, open)).toEqual([RequestRules]);
  });
});
