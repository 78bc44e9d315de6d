import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RetentionMonths } from '../../src/audit-log/retention/retention-months.repository.js';
import { API_ROLE, REQUEST_APPLICATION_NAME, sessionOf } from '../../src/database/connection.js';

import {
  type OwnerSetting,
  type PreparedDatabase,
  prepareDatabase,
} from '../../src/database/prepare-database.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';
import { startPooler } from '../support/pooler.js';
import { ServerProcess } from '../support/server-process.js';

describe('Postgres from DATABASE_URL', () => {
  let database: TestDatabase;
  let warnings: string[];

  beforeEach(async () => {
    database = await createTestDatabase({ migrated: false });
    warnings = [];
  });
  afterEach(async () => {
    await database.drop();
  });

  async function prepare(
    databaseUrl: string,
    databaseMigrationUrl?: string,
    setting?: OwnerSetting,
  ): Promise<PreparedDatabase> {
    const note = (message: string) => {
      warnings.push(message);
    };
    return await prepareDatabase(
      {
        databaseUrl,
        dataDir: '/nowhere',
        ...(databaseMigrationUrl === undefined ? {} : { databaseMigrationUrl }),
      },
      { log: () => undefined, warn: note, error: note },
      { create: false, ...(setting !== undefined && { setting }) },
    );
  }

  async function ask<Row extends pg.QueryResultRow>(url: string, sql: string, role?: string): Promise<Row[]> {
    const client = new pg.Client(sessionOf({ url, ...(role !== undefined && { role }) }, 'test'));
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  function withPassword(url: string, password: string): string {
    const changed = new URL(url);
    changed.password = password;
    return changed.href;
  }

  it('is migrated by the migration login and served by the API login', async () => {
    const { connection } = await prepare(database.apiUrl, database.ownerUrl);
    expect(connection).toEqual({ url: database.apiUrl });
    expect(warnings).toEqual([]);
    expect(await ask(connection.url, 'SELECT count(*)::int AS jobs FROM jobs')).toEqual([{ jobs: 0 }]);
  });

  it("is migrated and served by the owner's login, in the API role, with a warning", async () => {
    const { connection } = await prepare(database.ownerUrl);
    expect(connection).toEqual({ url: database.ownerUrl, role: 'coordinator_registry_app' });
    expect(warnings).toEqual([expect.stringContaining('can return to the owner')]);
    const { url, role } = connection;
    expect(await ask(url, 'SELECT current_user AS role', role)).toEqual([
      { role: 'coordinator_registry_app' },
    ]);
    await expect(ask(url, 'DELETE FROM audit_log', role)).rejects.toMatchObject({ code: '42501' });
  });

  it('is served in the API role under our application_name, whatever options the URL has', async () => {
    const url = new URL(database.ownerUrl);
    url.searchParams.set('application_name', 'mine');
    url.searchParams.set('options', '-c role=none -c plan_cache_mode=auto -c work_mem=5MB');
    const { connection } = await prepare(url.href);
    const prisma = PrismaService.over(connection, 1);
    try {
      const session = await prisma.$queryRaw`
        SELECT current_user::text AS role, current_setting('application_name') AS name,
          current_setting('plan_cache_mode') AS plans, current_setting('work_mem') AS memory`;
      expect(session).toEqual([
        { role: API_ROLE, name: REQUEST_APPLICATION_NAME, plans: 'force_generic_plan', memory: '5MB' },
      ]);
    } finally {
      await prisma.onApplicationShutdown();
    }
  });

  it('is served while read-only, if its schema is current', async () => {
    await prepare(database.apiUrl, database.ownerUrl, new RetentionMonths(6));
    await ask(database.ownerUrl, `ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
    for (const migrationUrl of [undefined, database.ownerUrl]) {
      const { connection } = await prepare(database.apiUrl, migrationUrl, new RetentionMonths(6));
      expect(connection).toEqual({ url: database.apiUrl });
    }
    const change = prepare(database.apiUrl, database.ownerUrl, new RetentionMonths(7));
    await expect(change).rejects.toMatchObject({ code: '25006' });
  });

  it('is served by a login without migration privileges, if its schema is current', async () => {
    await prepare(database.apiUrl, database.ownerUrl);
    expect((await prepare(database.apiUrl)).connection).toEqual({ url: database.apiUrl });
    expect(warnings).toEqual([]);
  });

  it('stores the retention with the migration login; another login only warns about a difference', async () => {
    const kept = () => ask(database.apiUrl, 'SELECT months FROM audit_retention');
    await prepare(database.apiUrl, database.ownerUrl, new RetentionMonths(6));
    await prepare(database.apiUrl, database.ownerUrl, new RetentionMonths(12));
    expect(await kept()).toEqual([{ months: 12 }]);

    await prepare(database.apiUrl, undefined, new RetentionMonths(12));
    // As the commands that verify the log and create an operator do.
    await prepare(database.apiUrl, database.ownerUrl);
    expect([warnings, await kept()]).toEqual([[], [{ months: 12 }]]);
    await prepare(database.apiUrl, undefined, new RetentionMonths(3));
    await prepare(database.apiUrl, undefined, new RetentionMonths(undefined));
    expect(warnings).toEqual([
      expect.stringContaining('is kept for 12 months, not for 3 months as AUDIT_RETENTION_MONTHS says here'),
      expect.stringContaining('is kept for 12 months, not for ever'),
    ]);
    expect(await kept()).toEqual([{ months: 12 }]);

    await prepare(database.apiUrl, database.ownerUrl, new RetentionMonths(undefined));
    expect(await kept()).toEqual([]);
  });

  it('is refused without migration privileges, if the schema is not current', async () => {
    await prepare(database.apiUrl, database.ownerUrl);
    const [last] = await ask<{ name: string }>(
      database.ownerUrl,
      `DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)
       RETURNING migration_name AS name`,
    );
    await expect(prepare(database.apiUrl)).rejects.toThrow(
      new RegExp(`not current.*cannot migrate.*npm run db:migrate.*missing: ${last?.name}`),
    );
  });

  it('is refused without migration privileges, if there is no schema', async () => {
    await expect(prepare(database.apiUrl)).rejects.toThrow(/not current.*npm run db:migrate/);
  });

  it('is refused for a login without the API role', async () => {
    await prepare(database.apiUrl, database.ownerUrl);
    const stranger = `${database.name}_stranger`;
    await ask(
      database.superuserUrl,
      `CREATE ROLE ${stranger} LOGIN PASSWORD 'stranger'; GRANT CONNECT ON DATABASE ${database.name} TO ${stranger}`,
    );
    try {
      const url = new URL(withPassword(database.apiUrl, 'stranger'));
      url.username = stranger;
      await expect(prepare(url.href)).rejects.toThrow(
        `the login ${stranger} of DATABASE_URL is not a member of the role coordinator_registry_app`,
      );
    } finally {
      await ask(
        database.superuserUrl,
        `REVOKE ALL ON DATABASE ${database.name} FROM ${stranger}; DROP ROLE ${stranger}`,
      );
    }
  });

  it('is migrated once by several replicas', async () => {
    const replicas = Array.from({ length: 3 }, () => prepare(database.apiUrl, database.ownerUrl));
    for (const { connection } of await Promise.all(replicas)) expect(connection.url).toBe(database.apiUrl);
    const twice = await ask(
      database.ownerUrl,
      'SELECT migration_name FROM _prisma_migrations GROUP BY 1 HAVING count(*) > 1',
    );
    expect(twice).toEqual([]);
  });

  it('is migrated by `npm run db:migrate` without other settings', async () => {
    for (let run = 1; run <= 2; run += 1) {
      const command = new ServerProcess(['npm', 'run', 'db:migrate'], {
        NODE_ENV: 'production',
        DATABASE_URL: database.apiUrl,
        DATABASE_MIGRATION_URL: database.ownerUrl,
      });
      expect({ ...(await command.ended()), output: command.output }).toEqual({
        code: 0,
        signal: null,
        output: expect.stringMatching(/^The schema is current\.$/m),
      });
    }
    expect((await prepare(database.apiUrl)).connection).toEqual({ url: database.apiUrl });
  });

  it('is refused behind a pooler that drops session settings', async () => {
    const superuser = new pg.Client(testSession(database.superuserUrl));
    await superuser.connect();
    await superuser.query(`ALTER DATABASE ${database.name} SET TimeZone = 'America/New_York'`);
    await superuser.query(`ALTER DATABASE ${database.name} SET DateStyle = 'German'`);
    const pooler = await startPooler(database.apiUrl, (parameters) => parameters.delete('options'));
    try {
      await expect(prepare(pooler.url)).rejects.toThrow(
        /TimeZone is America\/New_York, not UTC; DateStyle is German, DMY, not ISO, MDY.*start-up parameter "options"/,
      );
    } finally {
      await pooler.close();
      await superuser.query(`ALTER DATABASE ${database.name} RESET ALL`);
      await superuser.end();
    }
  });

  it('is named without its password when it cannot be reached', async () => {
    const url = new URL(withPassword(database.apiUrl, 'hunter2'));
    url.port = '1';
    const failure = expect(prepare(url.href)).rejects;
    await failure.toThrow(/^cannot reach the database \w+ at /);
    await expect(prepare(url.href)).rejects.not.toThrow('hunter2');
  });
});
