import { SetMetadata } from '@nestjs/common';

/** Who may call a route. */
export type Access =
  | { kind: 'public' }
  | { kind: 'coordinator'; permissions: readonly string[] }
  | { kind: 'operator'; permissions: readonly string[] }
  /** loopback, or whoever holds the metrics token */
  | { kind: 'monitoring' };

/** Metadata key under which a handler, or its controller, declares its {@link Access}. */
export const ACCESS = 'coordinator-registry:access';

export const DeclareAccess = (access: Access) => SetMetadata(ACCESS, access);

/** Anybody may call it, without a credential. */
export const Public = () => DeclareAccess({ kind: 'public' });
