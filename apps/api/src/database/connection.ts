import pg from 'pg';
import { readDatabaseUrl } from '../config/database-url.js';
import { clientOf } from './host-choice.js';
import { SESSION_OPTIONS } from './session-settings.js';

/** The role with the API's rights. The migrations create it. */
export const API_ROLE = 'coordinator_registry_app';

/** How the API connects to Postgres. */
export interface DatabaseConnection {
  /** the login that request sessions use */
  url: string;
  /** a role that each session sets when it connects, if `url` is the login of an owner */
  role?: string;
  /** a standby on which reads of the audit log may run */
  readUrl?: string;
}

/** Injection token of the {@link DatabaseConnection}. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** `application_name` of the sessions that serve requests. Other sessions append their purpose. */
export const REQUEST_APPLICATION_NAME = 'coordinator-registry';

/**
 * Request sessions plan each statement once, independent of its parameters. A query with other filters has another
 * text, and so its own plan. By default, Postgres would plan a page of the audit log anew each time. That takes three
 * times as long as reading the page: Postgres underestimates the cost of planning, and each month of the log has a
 * dozen indexes.
 */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan';

/** Purposes of sessions that have their own pool; see `PrismaService`. */
export const EXPORT = 'export';
/** The maximum number of exports at once in one process. Each has its own session. */
export const EXPORT_SESSIONS = 2;
export const MAINTENANCE = 'maintenance';
export const READ = 'read';

/**
 * The settings of a `pg` session.
 *
 * `pg` lets the URL override the other settings. A URL with an `application_name` or `options` would remove the role
 * and hide the session from the drain. This function therefore removes both from the URL. It puts the URL's options
 * before its own, because the last option wins.
 *
 * @param purpose omit it for sessions that serve requests
 */
export function sessionOf({ url, role }: DatabaseConnection, purpose?: string): SessionSettings {
  const database = readDatabaseUrl(url);
  if (typeof database === 'string') throw new Error(`the URL of the database ${database}`);
  const address = new URL(database.urls[0]);
  const options = [
    ...address.searchParams.getAll('options'),
    SESSION_OPTIONS,
    ...(role === undefined ? [] : [`-c role=${role}`]),
    ...(purpose === undefined || purpose === EXPORT || purpose === READ ? [PLAN_ONCE] : []),
  ];
  for (const name of ['options', 'application_name']) address.searchParams.delete(name);
  const settings = {
    connectionString: address.href,
    application_name:
      purpose === undefined ? REQUEST_APPLICATION_NAME : `${REQUEST_APPLICATION_NAME}-${purpose}`,
    options: options.join(' '),
  };
  return { ...settings, Client: clientOf(database, settings) };
}

export interface SessionSettings extends pg.ClientConfig {
  connectionString: string;
  application_name: string;
  options: string;
  /** connects to the host that the URL asks for. A pool uses it by itself; for one session see {@link newSession} */
  Client: typeof pg.Client;
}

/**
 * Statements of a session that may hold locks while Postgres waits for it. If its machine is gone, Postgres ends the
 * session after half a minute. Otherwise it waits as long as TCP does, up to two hours.
 */
export const NOTICE_LOST_PEER = `
  SET tcp_keepalives_idle = 10;
  SET tcp_keepalives_interval = 5;
  SET tcp_keepalives_count = 3;
  SET tcp_user_timeout = 25000`;

/** A client with settings of {@link sessionOf}, not connected yet. */
export function newSession(settings: SessionSettings): pg.Client {
  return new settings.Client(settings);
}

/** The name and hosts of a database, without its login. */
export function placeOf(url: string): string {
  const database = readDatabaseUrl(url);
  const urls = typeof database === 'string' ? [] : database.urls.map((it) => new URL(it));
  const name = decodeURIComponent(urls[0]?.pathname.slice(1) ?? '');
  return `the database ${name} at ${urls.map(({ host }) => host).join(', ')}`;
}
