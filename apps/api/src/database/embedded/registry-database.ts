import pg from 'pg';
import { API_ROLE, newSession, sessionOf } from '../connection.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';

export const REGISTRY_DATABASE = 'coordinator_registry';
const OWNER_LOGIN = 'coordinator_registry_owner';
const API_LOGIN = 'coordinator_registry_api';

/** Advisory lock in the database `postgres`: replicas create logins and database one after the other. */
const SET_UP = 4_711_002;

export interface RegistryUrls {
  owner: string;
  api: string;
}

/**
 * Creates the registry's database and its owner if they are missing. The owner may create roles and is no superuser. If
 * a call is interrupted at any point, the next call completes the work.
 */
export async function ensureRegistryDatabase(postgres: EmbeddedPostgres): Promise<RegistryUrls> {
  await withSuperuser(postgres.superuserUrl(), async (client) => {
    await ensureLogin(client, OWNER_LOGIN, postgres.credentials.owner, 'CREATEROLE');
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      REGISTRY_DATABASE,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${REGISTRY_DATABASE} OWNER ${OWNER_LOGIN}`);
    // Each login may connect to its own database only. By default, Postgres lets every login into every database.
    for (const database of [REGISTRY_DATABASE, 'postgres', 'template1']) {
      await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    }
  });
  return {
    owner: postgres.urlOf(OWNER_LOGIN, postgres.credentials.owner, REGISTRY_DATABASE),
    api: apiUrlOf(postgres),
  };
}

export function apiUrlOf(postgres: EmbeddedPostgres): string {
  return postgres.urlOf(API_LOGIN, postgres.credentials.api, REGISTRY_DATABASE);
}

/** Creates the API's login. Call it after the migrations have created the role whose rights the login gets. */
export async function ensureApiLogin(postgres: EmbeddedPostgres): Promise<void> {
  await withSuperuser(postgres.superuserUrl(), async (client) => {
    await ensureLogin(client, API_LOGIN, postgres.credentials.api, '');
    await client.query(`GRANT ${API_ROLE} TO ${API_LOGIN}`);
    await client.query(`GRANT CONNECT ON DATABASE ${REGISTRY_DATABASE} TO ${API_LOGIN}`);
  });
}

/** Creates a login if there is none with that name. An existing login keeps its password. */
export async function ensureLogin(
  client: pg.Client,
  name: string,
  password: string,
  attributes: 'CREATEROLE' | '',
): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount !== 0) return;
  await client.query(
    `CREATE ROLE ${client.escapeIdentifier(name)} LOGIN ${attributes} PASSWORD ${client.escapeLiteral(password)}`,
  );
}

async function withSuperuser(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = newSession(sessionOf({ url }, 'setup'));
  await client.connect();
  try {
    // Otherwise Postgres would log a failed statement together with the password.
    await client.query('SET log_min_error_statement = panic');
    await client.query('SELECT pg_advisory_lock($1)', [SET_UP]);
    await work(client);
  } finally {
    await client.end();
  }
}
