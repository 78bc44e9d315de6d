/** How the API reaches Postgres. */
export interface DatabaseConnection {
  /** the login that request sessions use */
  url: string;
  /** a role that each session takes on as it connects, where `url` is an owner's login */
  role?: string;
}

/** Injection token of the {@link DatabaseConnection}. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** `application_name` of the sessions that serve requests; the drain waits for these and no others. */
export const REQUEST_APPLICATION_NAME = 'coordinator-registry';

/**
 * What `pg` is told of a session.
 *
 * @param purpose left out: it serves requests
 */
export function sessionOf({ url, role }: DatabaseConnection, purpose?: string): SessionSettings {
  return {
    connectionString: url,
    application_name:
      purpose === undefined ? REQUEST_APPLICATION_NAME : `${REQUEST_APPLICATION_NAME}-${purpose}`,
    ...(role === undefined ? {} : { options: `-c role=${role}` }),
  };
}

interface SessionSettings {
  connectionString: string;
  application_name: string;
  options?: string;
}
