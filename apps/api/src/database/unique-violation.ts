import { Prisma } from '../generated/prisma/client.js';

const UNIQUE_VIOLATION = '23505';

/**
 * The name of the unique index that a statement ran into, or `undefined` for any other error.
 *
 * Raw statements answer P2010, whatever went wrong; what Postgres said is in the driver's part of it.
 */
export function violatedIndex(error: unknown): string | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const driverError: unknown = error.meta?.driverAdapterError;
  if (!(driverError instanceof Error) || !isRecord(driverError.cause)) return undefined;
  const { originalCode, constraint } = driverError.cause;
  if (originalCode !== UNIQUE_VIOLATION || !isRecord(constraint)) return undefined;
  return typeof constraint.index === 'string' ? constraint.index : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
