import { SetMetadata } from '@nestjs/common';

const KIB = 1_024;
/** Of a route that declares no other: all that most of them take fits in a few hundred bytes. */
const USUAL_LIMIT = 16 * KIB;
/** The longest body of any route that reads JSON, in bytes. */
export const MAX_JSON_BODY = 1_024 * KIB;
/** What GitHub sends at most, in KiB. */
export const MAX_DELIVERY_KIB = 25 * 1_024;
/** The longest body of any route, in bytes. */
export const MAX_BODY = MAX_DELIVERY_KIB * KIB;

/** Metadata key under which a handler declares its limit. */
const BODY_LIMIT = 'coordinator-registry:body-limit';

/** How many KiB the route takes, where 16 are too few for what its body may hold. */
export const BodyLimit = (kibibytes: number) => SetMetadata(BODY_LIMIT, kibibytes * KIB);

/** Metadata key under which a handler declares that it takes the bytes of the body. */
const RAW_BODY = 'coordinator-registry:raw-body';

/** The handler gets a {@link ReceivedBody} and parses it itself. */
export const RawBody = () => SetMetadata(RAW_BODY, true);

export function takesRawBody(handler: object): boolean {
  return Reflect.getMetadata(RAW_BODY, handler) === true;
}

/** By `Content-Type`. */
export type BodyType = 'json' | 'form' | 'other';

/** A body that nobody has parsed. */
export interface ReceivedBody {
  bytes: Buffer;
  type: BodyType;
}

/** How many bytes the body of the route may have. */
export function bodyLimitOf(handler: object): number {
  const declared: number | undefined = Reflect.getMetadata(BODY_LIMIT, handler);
  return declared ?? USUAL_LIMIT;
}
