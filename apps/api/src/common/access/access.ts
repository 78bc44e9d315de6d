import { SetMetadata } from '@nestjs/common';
import { perRoute } from '../per-route.js';

/** Who may call a route. */
export type Access =
  | { kind: 'public' }
  /** permission null: any coordinator with a valid key */
  | { kind: 'coordinator'; permission: string | null }
  /** a forge, by the signature of a coordinator's webhook */
  | { kind: 'webhook'; permission: string }
  /** permission null: any operator */
  | { kind: 'operator'; permission: string | null }
  /** a caller from loopback, or one with the metrics token */
  | { kind: 'monitoring' };

/** Metadata key under which a handler, or its controller, declares its {@link Access}. */
export const ACCESS = 'coordinator-registry:access';

/** Returns what the handler declares, otherwise what its controller declares; undefined if neither does. */
export const accessOf = perRoute((handler, controller): Access | undefined => {
  const access: Access | undefined =
    Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
  return access;
});

export const DeclareAccess = (access: Access) => SetMetadata(ACCESS, access);
