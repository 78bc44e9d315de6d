import { SetMetadata } from '@nestjs/common';

const KIB = 1_024;
/** Of a route that declares no other: all that most of them take fits in a few hundred bytes. */
const USUAL_LIMIT = 16 * KIB;
/** The longest body of any route, in bytes. */
export const LARGEST_BODY = 1_024 * KIB;

/** Metadata key under which a handler declares its limit. */
const BODY_LIMIT = 'coordinator-registry:body-limit';

/** How many KiB the route takes, where 16 are too few for what its body may hold. */
export const BodyLimit = (kibibytes: number) => SetMetadata(BODY_LIMIT, kibibytes * KIB);

/** How many bytes the body of the route may have. */
export function bodyLimitOf(handler: object): number {
  const declared: number | undefined = Reflect.getMetadata(BODY_LIMIT, handler);
  return declared ?? USUAL_LIMIT;
}
