import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** Who may call a route. */
export type Access =
  | { kind: 'public' }
  /** permission null: any coordinator in good standing */
  | { kind: 'coordinator'; permission: string | null }
  | { kind: 'operator'; permission: string }
  /** loopback, or whoever holds the metrics token */
  | { kind: 'monitoring' };

/** Metadata key under which a handler, or its controller, declares its {@link Access}. */
export const ACCESS = 'coordinator-registry:access';

/** What the handler declares, or else its controller; undefined: nothing. */
export function accessOf(reflector: Reflector, context: ExecutionContext): Access | undefined {
  return reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
}

export const DeclareAccess = (access: Access) => SetMetadata(ACCESS, access);

/** Anybody may call it, without a credential. */
export const Public = () => DeclareAccess({ kind: 'public' });
