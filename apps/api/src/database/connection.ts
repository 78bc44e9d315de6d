import { SESSION_OPTIONS } from './session-settings.js';

/** The role with the API's rights. The migrations create it. */
export const API_ROLE = 'coordinator_registry_app';

/** How the API reaches Postgres. */
export interface DatabaseConnection {
  /** the login that request sessions use */
  url: string;
  /** a role that each session takes on as it connects, where `url` is an owner's login */
  role?: string;
}

/** Injection token of the {@link DatabaseConnection}. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** `application_name` of the sessions that serve requests. The others append what they are for. */
export const REQUEST_APPLICATION_NAME = 'coordinator-registry';

/**
 * Sessions that serve requests plan each statement once, and not for its parameters: what is asked with other filters has another text,
 * and so a plan of its own. Left to itself, Postgres plans a page of the audit log anew each time, which takes three times as long as
 * reading it: it thinks little of what planning costs, and each of the log's months has a dozen indexes.
 */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan';

/** What sessions with a pool of their own are for; see `PrismaService`. */
export const EXPORT = 'export';
/** As many exports run at once in one process, each with a session of its own. */
export const EXPORT_SESSIONS = 2;
export const MAINTENANCE = 'maintenance';

/**
 * What `pg` is told of a session. It lets a URL overrule the rest, and one that names an application or has options of its own would
 * lose the role, and hide from the drain: they are taken out of it, and options put before those here, the last of which count.
 *
 * @param purpose left out: it serves requests
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
