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

  it('lets through where the handler, or its controller, declares who may call it', () => {
    expect(ask(Undeclared, Undeclared.prototype.open)).toBe(true);
    expect(ask(Declared, Declared.prototype.handler)).toBe(true);
  });

  it('refuses a handler that declares nothing, for the log too', () => {
    expect(() => ask(Undeclared, Undeclared.prototype.handler)).toThrow(
      expect.objectContaining({
        code: 'route-undeclared',
        extra: { refusal: { action: 'access.denied', reason: 'route-undeclared' } },
      }),
    );
  });
});

describe('Public', () => {
  it('lets anybody call, and has what they ask looked at all the same', () => {
    const { open } = Undeclared.prototype;
    expect(accessOf(open, Undeclared)).toEqual({ kind: 'public' });
    expect(Reflect.getMetadata(GUARDS_METADATA, open)).toEqual([RequestRules]);
  });
});
