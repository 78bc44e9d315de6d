import { SESSION_OPTIONS } from './session-settings.js';

/** The role with the API's rights. The migrations create it. */
export const API_ROLE = 'coordinator_registry_app';

/** How the API connects to Postgres. */
export interface DatabaseConnection {
  /** the login that request sessions use */
  url: string;
  /** a role that each session sets when it connects, if `url` is the login of an owner */
  role?: string;
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
  const address = new URL(url);
  const options = [
    ...address.searchParams.getAll('options'),
    SESSION_OPTIONS,
    ...(role === undefined ? [] : [`-c role=${role}`]),
    ...(purpose === undefined || purpose === EXPORT ? [PLAN_ONCE] : []),
  ];
  for (const name of ['options', 'application_name']) address.searchParams.delete(name);
  return {
    connectionString: address.href,
    application_name:
      purpose === undefined ? REQUEST_APPLICATION_NAME : `${REQUEST_APPLICATION_NAME}-${purpose}`,
    options: options.join(' '),
  };
}

interface SessionSettings {
  connectionString: string;
  application_name: string;
  options: string;
}
