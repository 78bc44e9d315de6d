import pg from 'pg';
import { DomainError, type DomainErrorExtra } from '../common/problems/domain-error.js';
import { Prisma } from '../generated/prisma/client.js';

/** What Postgres, or the way to it, said: a SQLSTATE where Postgres spoke, and the adapter's word for it. */
interface DriverError {
  /** empty where Postgres did not speak */
  sqlState: string;
  kind: string;
  /** the unique index that a statement ran into; else empty */
  index: string;
  /** Postgres's own words; else empty */
  message: string;
}

const UNIQUE_VIOLATION = '23505';
const FEATURE_NOT_SUPPORTED = '0A000';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

const RETRY_AFTER_SECONDS = 2;

/** The adapter's words for a server that cannot be reached, or does not take us in. */
const UNREACHABLE = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
]);

/**
 * SQLSTATEs after which the same request may well succeed: connection lost (08), out of resources (53), shut down or cancelled
 * (57: also by a statement timeout, or by the drain of a withdrawn right), deadlock and serialization (40), lock timeout, a
 * server that has become a read-only standby, and a database that takes no connections (55000) or is not there (3D000).
 */
const PASSING = /^(08...|53...|57014|57P0.|40001|40P01|55P03|25006|55000|3D000)$/;

const READ_ONLY = '25006';

/** SQLSTATEs of a session that ends, perhaps between a commit and its answer. Any other error of Postgres rolled the statement back. */
const SESSION_ENDS = /^(08...|57P0[1245])$/;

/** The adapter's words, and codes of the operating system, for a connection that was never made. */
const NEVER_CONNECTED =
  /^(DatabaseNotReachable|TooManyConnections|TlsConnectionError|ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+)$/;

/** Messages of `pg` and `pg-pool` for a statement that was never sent. */
const NEVER_SENT =
  /^(timeout exceeded when trying|Connection terminated due to connection timeout|Cannot use a pool)/;

/** Messages of `pg` and `pg-pool`, which give these errors no code. */
const LOST =
  /^(Connection terminated|timeout (exceeded|expired)|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/i;

/** Codes of the operating system for a connection that broke or could not be made. */
const NETWORK = /^(E[A-Z]{3,}|EAI_[A-Z]+)$/;

/** Reads the driver's error, out of Prisma's where that has it inside; undefined for any other error. */
function driverError(error: unknown): DriverError | undefined {
  if (error instanceof pg.DatabaseError) {
    return { sqlState: error.code ?? '', kind: '', index: error.constraint ?? '', message: error.message };
  }
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const cause = member(error.meta?.driverAdapterError, 'cause');
  if (cause === undefined) return undefined;
  return {
    sqlState: text(cause, 'originalCode'),
    kind: text(cause, 'kind'),
    index: text(member(cause, 'constraint'), 'index'),
    message: text(cause, 'originalMessage'),
  };
}

/** The name of the unique index that a statement ran into; undefined for any other error. */
export function violatedIndex(error: unknown): string | undefined {
  const driver = driverError(error);
  return driver?.sqlState === UNIQUE_VIOLATION ? driver.index : undefined;
}

/** What Postgres said under this SQLSTATE; undefined for any other error. */
export function messageOf(error: unknown, sqlState: string): string | undefined {
  const driver = driverError(error);
  return driver?.sqlState === sqlState ? driver.message : undefined;
}

/**
 * `database-unavailable` for an error that says only that Postgres cannot be asked now; every other error comes back as it is. It says
 * that nothing was done, if that is certain: the statement may have been carried out if its connection broke after it was sent.
 */
export function translateOutage(error: unknown): unknown {
  if (!saysUnavailable(error)) return error;
  const translated = outageOf(error);
  translated.cause = error;
  return translated;
}

function outageOf(error: unknown): DomainError {
  const driver = driverError(error);
  const sqlState = driver?.sqlState ?? '';
  if (sqlState === READ_ONLY)
    return outage('The database takes no changes now: it is read-only. Nothing was done.');
  if (sqlState !== '' && !SESSION_ENDS.test(sqlState)) {
    return outage('The database cannot carry this out now. Nothing was done.');
  }
  const known = driver === undefined ? text(error, 'code') : driver.kind;
  if (NEVER_CONNECTED.test(known) || NEVER_SENT.test(text(error, 'message'))) {
    return outage('The database cannot be reached now. Nothing was done.');
  }
  return outage('The connection to the database was lost.', { outcomeUnknown: true });
}

/**
 * The same outage for a request of several steps, if it comes after a step that is stored: then it is not true that nothing was done.
 *
 * @param stored what is stored, and what the caller should do
 */
export function afterStored(error: unknown, stored: string): unknown {
  const isOutage = error instanceof DomainError && error.code === 'database-unavailable';
  return isOutage ? outage(stored) : error;
}

function outage(detail: string, extra: Pick<DomainErrorExtra, 'outcomeUnknown'> = {}): DomainError {
  return new DomainError('database-unavailable', detail, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    ...extra,
  });
}

/**
 * Whether a prepared statement no longer fits its tables, because a migration ran under a server that goes on. Postgres has no code
 * of its own for that; nothing that we send is refused with `feature_not_supported` otherwise.
 */
export function isStalePlan(error: unknown): boolean {
  return driverError(error)?.sqlState === FEATURE_NOT_SUPPORTED;
}

/** Whether Postgres rolled a transaction back because of another one, so that the same may succeed now. */
export function isConflict(error: unknown): boolean {
  const sqlState = driverError(error)?.sqlState;
  return sqlState === SERIALIZATION_FAILURE || sqlState === DEADLOCK;
}

function saysUnavailable(error: unknown): boolean {
  const driver = driverError(error);
  if (driver !== undefined) {
    return PASSING.test(driver.sqlState) || UNREACHABLE.has(driver.kind);
  }
  return LOST.test(text(error, 'message')) || NETWORK.test(text(error, 'code'));
}

function member(from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined;
}

function text(from: unknown, name: string): string {
  const value = member(from, name);
  return typeof value === 'string' ? value : '';
}
