import { createHmac } from 'node:crypto';
import pg from 'pg';
import { API_ROLE } from '../../dist/database/connection.js';
import { ensureLogin } from '../../dist/database/embedded/registry-database.js';
import { applyMigrations } from '../../dist/database/migrations.js';

import { HOSTILE_LOCALE, HOSTILE_SETTINGS, hostileStatements } from './hostile-database.mjs';

const OWNER = 'registry_test_owner';
const API = 'registry_test_api';

/**
 * Makes the template `<run>_template`, migrated by an owner that is no superuser, one that was migrated under hostile settings, and the
 * two logins of the tests.
 */
export async function makeTemplate(superuserUrl, run) {
  const template = `${run}_template`;
  const hostileTemplate = `${run}_hostile_template`;
  const owner = { name: OWNER, password: passwordOf(OWNER, superuserUrl) };
  const api = { name: API, password: passwordOf(API, superuserUrl) };
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await ensureLogin(client, owner.name, owner.password, 'CREATEROLE');
    await ensureLogin(client, api.name, api.password, '');
    await client.query(`CREATE DATABASE ${template} OWNER ${owner.name}`);
    await applyMigrations(urlOf(superuserUrl, owner, template));
    await client.query(
      `CREATE DATABASE ${hostileTemplate} OWNER ${owner.name} TEMPLATE template0 ENCODING 'UTF8' ${HOSTILE_LOCALE}`,
    );
    for (const statement of hostileStatements(hostileTemplate, HOSTILE_SETTINGS.east)) {
      await client.query(statement);
    }
    await applyMigrations(urlOf(superuserUrl, owner, hostileTemplate));
    await client.query(`GRANT ${API_ROLE} TO ${api.name}`);
    return { run, template, hostileTemplate, superuserUrl, owner, api };
  } finally {
    await client.end();
  }
}

/** Drops what a run left in a Postgres that is not thrown away. */
export async function dropDatabases({ superuserUrl, run }) {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
      `${run}_`,
    ]);
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

function urlOf(superuserUrl, { name, password }, database) {
  const url = new URL(superuserUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}

/** The same in every run against the same Postgres, since logins belong to all of its databases; known to its superuser. */
function passwordOf(name, superuserUrl) {
  return createHmac('sha256', superuserUrl).update(name).digest('base64url');
}
