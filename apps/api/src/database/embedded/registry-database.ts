import pg from 'pg';
import { API_ROLE, sessionOf } from '../connection.js';
import type { EmbeddedPostgres } from './embedded-postgres.js';

export const REGISTRY_DATABASE = 'coordinator_registry';
const OWNER_LOGIN = 'coordinator_registry_owner';
const API_LOGIN = 'coordinator_registry_api';

/** Advisory lock in the database `postgres`: replicas set up logins and database one after the other. */
const SET_UP = 4_711_002;

export interface RegistryUrls {
  owner: string;
  api: string;
}

/**
 * Makes the registry's database and its owner where they are missing: an owner that may make roles, and is no superuser.
 * Interrupted anywhere, it is made whole by the next call.
 */
export async function ensureRegistryDatabase(postgres: EmbeddedPostgres): Promise<RegistryUrls> {
  await withSuperuser(postgres.superuserUrl(), async (client) => {
    await ensureLogin(client, OWNER_LOGIN, postgres.credentials.owner, 'CREATEROLE');
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      REGISTRY_DATABASE,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${REGISTRY_DATABASE} OWNER ${OWNER_LOGIN}`);
    // Each login reaches its own database alone. Postgres lets every login into every database unless this is revoked.
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

/** Makes the API's own login, once the migrations have made the role whose rights it gets. */
export async function ensureApiLogin(postgres: EmbeddedPostgres): Promise<void> {
  await withSuperuser(postgres.superuserUrl(), async (client) => {
    await ensureLogin(client, API_LOGIN, postgres.credentials.api, '');
    await client.query(`GRANT ${API_ROLE} TO ${API_LOGIN}`);
    await client.query(`GRANT CONNECT ON DATABASE ${REGISTRY_DATABASE} TO ${API_LOGIN}`);
  });
}

/** Makes a login where there is none of that name; an existing one keeps its password. */
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
  const client = new pg.Client(sessionOf({ url }, 'setup'));
  await client.connect();
  try {
    // A statement that fails would be logged, password and all.
    await client.query('SET log_min_error_statement = panic');
    await client.query('SELECT pg_advisory_lock($1)', [SET_UP]);
    await work(client);
  } finally {
    await client.end();
  }
}
