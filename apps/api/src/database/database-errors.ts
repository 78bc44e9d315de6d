import pg from 'pg';
import { DomainError, type DomainErrorExtra } from '../common/problems/domain-error.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * An error of Postgres or of the connection: the SQLSTATE if Postgres sent one, and the adapter's name for the error.
 */
interface DriverError {
  /** empty if the error is not from Postgres */
  sqlState: string;
  kind: string;
  /** the unique index that the statement violated; otherwise empty */
  index: string;
  /** the message of Postgres; otherwise empty */
  message: string;
}

const UNIQUE_VIOLATION = '23505';
const FEATURE_NOT_SUPPORTED = '0A000';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

const RETRY_AFTER_SECONDS = 2;

/** The adapter's names for a server that cannot be reached or refuses the connection. */
const UNREACHABLE = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
]);

/**
 * SQLSTATEs after which the same request may succeed: connection lost (08), out of resources (53), shut down or
 * cancelled (57: also by a statement timeout, or by the drain of a withdrawn permission), ended by a timeout of the
 * transaction (25P03, 25P04), deadlock and serialization
 * failure (40), lock timeout, a server that has become a read-only standby, and a database that takes no connections
 * (55000) or does not exist (3D000).
 */
const PASSING = /^(08...|53...|57014|57P0.|25P0[34]|40001|40P01|55P03|25006|55000|3D000)$/;

const READ_ONLY = '25006';

/**
 * SQLSTATEs of a session that ends, possibly between a commit and its answer. After any other error, Postgres has
 * rolled the statement back.
 */
const SESSION_ENDS = /^(08...|57P0[1245]|25P0[34])$/;

/** The adapter's names and the operating system's codes for a connection that was never made. */
const NEVER_CONNECTED =
  /^(DatabaseNotReachable|TooManyConnections|TlsConnectionError|ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+)$/;

/** Messages of `pg` and `pg-pool` for a statement that was never sent. */
const NEVER_SENT =
  /^(timeout exceeded when trying|Connection terminated due to connection timeout|Cannot use a pool)/;

/** Messages of `pg` and `pg-pool` for a lost connection. These errors have no code. */
const LOST =
  /^(Connection terminated|timeout (exceeded|expired)|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/i;

/** Operating system codes for a connection that broke or could not be made. */
const NETWORK = /^(E[A-Z]{3,}|EAI_[A-Z]+)$/;

/** Returns the driver's error, also if Prisma's error wraps it; undefined for any other error. */
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

/** The name of the unique index that a statement violated; undefined for any other error. */
export function violatedIndex(error: unknown): string | undefined {
  const driver = driverError(error);
  return driver?.sqlState === UNIQUE_VIOLATION ? driver.index : undefined;
}

/** Whether Postgres ended the session with this error. The connection may be reported as lost only later. */
export function endsSession(error: unknown): boolean {
  return error instanceof pg.DatabaseError && SESSION_ENDS.test(error.code ?? '');
}

/** The message of Postgres, if the error has this SQLSTATE; undefined for any other error. */
export function messageOf(error: unknown, sqlState: string): string | undefined {
  const driver = driverError(error);
  return driver?.sqlState === sqlState ? driver.message : undefined;
}

/**
 * Returns `database-unavailable` for an error that only means that Postgres is unavailable now. Returns every other
 * error unchanged. The detail says that nothing was done only if that is certain. If the connection broke after the
 * statement was sent, Postgres may have executed it.
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
    return outage('The database accepts no changes now: it is read-only. Nothing was done.');
  if (sqlState !== '' && !SESSION_ENDS.test(sqlState)) {
    return outage('The database cannot do this now. Nothing was done.');
  }
  const known = driver === undefined ? text(error, 'code') : driver.kind;
  if (NEVER_CONNECTED.test(known) || NEVER_SENT.test(text(error, 'message'))) {
    return outage('The database cannot be reached now. Nothing was done.');
  }
  return outage('The connection to the database was lost.', { outcomeUnknown: true });
}

/**
 * Returns the same outage for a request of several steps, if a step before it is already stored. It must not say that
 * nothing was done.
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
 * Whether a prepared statement no longer fits its tables, because a migration ran while the server was running.
 * Postgres has no specific code for this. Our statements cause `feature_not_supported` in no other case.
 */
export function isStalePlan(error: unknown): boolean {
  return driverError(error)?.sqlState === FEATURE_NOT_SUPPORTED;
}

/** Whether Postgres rolled a transaction back because of another one, so that a retry may succeed. */
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
