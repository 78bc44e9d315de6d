import { SetMetadata } from '@nestjs/common';

const KIB = 1_024;
/** The limit of a route that declares none. Most bodies need only a few hundred bytes. */
const USUAL_LIMIT = 16 * KIB;
/** The longest body of any route that reads JSON, in bytes. Deliveries are read in another way, and are longer. */
export const MAX_JSON_BODY = 4_096 * KIB;
/** The largest delivery that GitHub sends, in KiB. */
export const MAX_DELIVERY_KIB = 25 * 1_024;
/** The longest body of any route, in bytes. */
export const MAX_BODY = MAX_DELIVERY_KIB * KIB;

/** Metadata key under which a handler declares its limit. */
const BODY_LIMIT = 'coordinator-registry:body-limit';

/** The limit of the route in KiB. Use it if the body may need more than the default of 16. */
export const BodyLimit = (kibibytes: number) => SetMetadata(BODY_LIMIT, kibibytes * KIB);

/** Metadata key under which a handler declares that it takes the raw bytes of the body. */
const RAW_BODY = 'coordinator-registry:raw-body';

/** The handler gets a {@link ReceivedBody} and parses it itself. */
export const RawBody = () => SetMetadata(RAW_BODY, true);

export function takesRawBody(handler: object): boolean {
  return Reflect.getMetadata(RAW_BODY, handler) === true;
}

/** The body's type, by `Content-Type`. */
export type BodyType = 'json' | 'form' | 'other';

/** A body that is not parsed yet. */
export interface ReceivedBody {
  bytes: Buffer;
  type: BodyType;
}

/** The largest body that the route takes, in bytes. */
export function bodyLimitOf(handler: object): number {
  const declared: number | undefined = Reflect.getMetadata(BODY_LIMIT, handler);
  return declared ?? USUAL_LIMIT;
}
