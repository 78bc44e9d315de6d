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
