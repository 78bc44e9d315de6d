import { SetMetadata } from '@nestjs/common';

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

/** What was found, by handler and controller. Two guards ask for it in each request. */
const found = new WeakMap<object, WeakMap<object, Access | undefined>>();

/** Returns what the handler declares, otherwise what its controller declares; undefined if neither does. */
export function accessOf(handler: object, controller: object): Access | undefined {
  let ofHandler = found.get(handler);
  if (ofHandler === undefined) {
    ofHandler = new WeakMap();
    found.set(handler, ofHandler);
  }
  if (!ofHandler.has(controller)) {
    const access: Access | undefined =
      Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
    ofHandler.set(controller, access);
  }
  return ofHandler.get(controller);
}

export const DeclareAccess = (access: Access) => SetMetadata(ACCESS, access);
